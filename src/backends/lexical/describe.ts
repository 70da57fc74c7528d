/** The description of a text without a model: each field from what was found, within the schema's limits. Pure. */

import { type Enrichment, limits } from "../../core/enrichment.ts";
import { foundIn } from "./found.ts";
import { moodOf, noMood } from "./mood.ts";
import { tagOf } from "./phrases.ts";
import { factsOf, queriesOf } from "./questions.ts";
import { readingOf } from "./reading.ts";
import { debtOf, epistemicOf, importanceOf, intentOf, versionOf } from "./signs.ts";
import { summaryOf } from "./summary.ts";

export function describe(text: string, contentType: string | null): Enrichment {
  const reading = readingOf(text, contentType);
  const found = foundIn(reading);
  const intent = intentOf(reading, found);
  const personal =
    !/code|trace|file|document|doc|markdown|diff|log/.test(reading.contentType) && reading.headings.length === 0;
  const mood =
    reading.kind === "prose" ? moodOf(reading.passages.map((passage) => passage.text).join("\n"), personal) : noMood;
  return {
    summary: summaryOf(reading, found),
    tags: tags(found, reading.kind, reading.text.length),
    importance: importanceOf(reading, found, intent),
    intent,
    primary_symbols: found.symbols.slice(0, limits.symbols),
    resolved_queries: [...queriesOf(reading, found)],
    key_facts: [...factsOf(reading, found)].slice(0, limits.facts),
    epistemic_level: epistemicOf(reading),
    version_scope: versionOf(reading.kind === "prose" ? reading.text : ""),
    debt_impact: debtOf(reading),
    external_deps: found.deps.slice(0, limits.deps),
    ...mood,
  };
}

/** The language first, then key phrases, then packages; a short text has few. */
function tags(
  { language, phrases, deps, trace, data }: ReturnType<typeof foundIn>,
  kind: string,
  length: number,
): string[] {
  const most = Math.min(limits.tags, 3 + Math.floor(length / 150));
  const names = [
    ...(kind === "code" && language !== null ? [language.tag] : []),
    ...(trace?.name != null && trace.name !== "panic" ? [trace.name] : []),
    ...(data === null ? [] : [data.format.toLowerCase().replace(/ settings$/, "")]),
    ...phrases.slice(0, Math.max(3, most - 2)),
    ...(data === null ? deps.slice(0, 3) : data.keys.slice(0, 5)),
    ...(kind === "prose" && language !== null && language.tag !== "shell" ? [language.tag] : []),
  ];
  return [...new Set(names.map(tagOf))].filter((tag) => tag !== "").slice(0, most);
}
