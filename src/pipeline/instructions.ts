/**
 * The system message: the text of a prompt first, then what stands in every one of ours or of people's own: that what is
 * framed is data, and a line for each field that the text does not name. Pure.
 */

import { debtImpacts, epistemicLevels, intents, sentimentLabels } from "../core/enrichment.ts";
import type { ExtraField } from "../core/extra.ts";
import { listed, wanted } from "./extra.ts";
import { type Field, fieldNames } from "./fields.ts";
import framing from "./framing.md" with { type: "text" };

/** Said of a field where the prompt's own text says nothing. */
const lines: Readonly<Record<Field, string>> = {
  summary: "(text): one or two sentences: what was done, found, decided or explained; at most 500 characters",
  tags: "(list of texts): 3 to 8 short lower-case topics",
  importance: "(number): 1 (small talk) to 10 (what a project rests on)",
  intent: `(text): ${listed(intents)}`,
  primary_symbols: "(list of texts): functions, files, commands and settings, as written in the chunk",
  resolved_queries: "(list of texts): up to 3 questions that the chunk answers",
  key_facts: "(list of texts): up to 4 short facts that stand in the chunk",
  epistemic_level: `(text): ${listed(epistemicLevels)}`,
  version_scope: "(text or null): the version that it holds for",
  debt_impact: `(text): ${listed(debtImpacts)}`,
  external_deps: "(list of texts): libraries, services and tools that it depends on",
  sentiment_label: `(text): ${listed(sentimentLabels)}`,
  sentiment_score: "(number): -1 (negative) to 1 (positive)",
  sentiment_signals: "(list of texts): the words that show the sentiment",
};

export function instructionsOf(text: string, extras: readonly ExtraField[]): string {
  const left = fieldNames.filter((name) => placeOf(text, name) < 0).map((name) => `- "${name}" ${lines[name]}`);
  const asked = [...left, ...extras.map(lineOf)];
  const parts = [text.trim(), framing.trim()];
  // What a text names it also explains; a model that is held to no schema must know of the rest.
  if (asked.length > 0) parts.push(["The JSON object has these fields as well:", ...asked].join("\n"));
  return parts.join("\n\n");
}

/** The fields in the order in which they are to be written: as the text names them, then the others. */
export function orderOf(text: string): Field[] {
  const place = (name: Field): number => {
    const at = placeOf(text, name);
    return at < 0 ? text.length : at;
  };
  return fieldNames.toSorted((a, b) => place(a) - place(b));
}

/** In quotes where it stands so: a plain word may come before, in a sentence. */
function placeOf(text: string, name: Field): number {
  const quoted = text.search(new RegExp(`["'\`]${name}["'\`]`));
  return quoted < 0 ? text.search(new RegExp(`\\b${name}\\b`)) : quoted;
}

function lineOf({ name, description, required, kind }: ExtraField): string {
  const form = required ? wanted(kind) : `${wanted(kind)}, or null`;
  return `- "${name}" (${form}): ${description}`;
}
