/** Enrichments of every kind that the schema and the columns allow, in the form in which they are kept. */

import fc from "fast-check";
import {
  debtImpacts,
  type Enrichment,
  epistemicLevels,
  intents,
  limits,
  sentimentLabels,
} from "../../src/core/enrichment.ts";

/** What a reader that trusts brackets, quotes or marks would stumble over. */
const traps = fc.constantFrom(
  ...["</think>", "<think>", "```", '"', "'", "{", "}", "[", "]", "\\", "\\n", "\\u0041", "//", "/*", ",", ":"],
  ...[
    '{"summary": "other"}',
    '", "tags": [',
    "it's",
    "don't",
    'say "no", then',
    "🦊",
    "é",
    "中文",
    "null",
    "NaN",
    "#1",
  ],
);
const piece = fc.oneof({ weight: 3, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) }, traps);

const kept = (text: string, max: number): string => {
  const line = text
    .toWellFormed()
    .replace(/[^\P{Cc}\s]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return [...line].slice(0, max).join("").trim();
};
const lines = (max: number) =>
  fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => kept(`a${pieces.join(" ")}`, max));
const list = (max: number, lengthMax = 100) => fc.uniqueArray(lines(lengthMax), { maxLength: max });
const lowerList = (max: number) =>
  list(max).map((texts) => [...new Set(texts.map((text) => kept(text.toLowerCase(), 100)))]);
const numbers = (min: number, max: number) =>
  fc.oneof(fc.integer({ min, max }), fc.double({ min, max, noNaN: true })).map((number) => number + 0);

export const described: fc.Arbitrary<Enrichment> = fc.record({
  summary: lines(limits.summary),
  tags: lowerList(limits.tags),
  importance: numbers(1, 10),
  intent: fc.constantFrom(...intents),
  primary_symbols: list(limits.symbols),
  resolved_queries: list(limits.queries, limits.resolvedQuery),
  key_facts: list(limits.facts),
  epistemic_level: fc.constantFrom(...epistemicLevels),
  version_scope: fc.option(lines(limits.versionScope).filter((text) => text !== "a")),
  debt_impact: fc.constantFrom(...debtImpacts),
  external_deps: lowerList(limits.deps),
  sentiment_label: fc.constantFrom(...sentimentLabels),
  sentiment_score: numbers(-1, 1),
  sentiment_signals: list(limits.signals),
});
