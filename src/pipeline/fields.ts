/** The fields of a description out of what a model wrote for them: limits, neutral defaults. Pure. */

import { type Enrichment, enrichmentSchema, limits } from "../core/enrichment.ts";
import type { Json, JsonObject } from "./json.ts";
import { debtImpactIn, epistemicLevelIn, intentIn, sentimentIn } from "./nearest-name.ts";
import { lineOf, listOf, numberIn, orNull } from "./values.ts";

export type Field = keyof typeof enrichmentSchema.shape;
export type Fields = ReadonlyMap<Field, Json>;

/** Code points of one entry: what is longer is a sentence in the wrong place, and is cut. */
export const entryLimits = { tag: 100, name: 200, fact: 500 } as const;

export const fieldNames = enrichmentSchema.keyof().options;

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, "");
const fieldByName: ReadonlyMap<string, Field> = new Map([
  ...fieldNames.map((name) => [bare(name), name] as const),
  ["resolvedquery", "resolved_queries"],
  ["queries", "resolved_queries"],
  ["keywords", "tags"],
  ["symbols", "primary_symbols"],
  ["facts", "key_facts"],
  ["dependencies", "external_deps"],
  ["externaldependencies", "external_deps"],
  ["sentiment", "sentiment_label"],
]);

/** The field of ours that a model, or we ourselves, would take a name for. */
export const ownFieldMeant = (name: string): Field | null => fieldByName.get(bare(name)) ?? null;

/** What an object has of a description, whatever the case and the signs in its names. */
export function fieldsOf(object: JsonObject): Fields {
  const fields = new Map<Field, Json>();
  for (const [name, value] of object) {
    const field = fieldByName.get(bare(name.slice(0, 40)));
    if (field === "sentiment_label" && value instanceof Map) takeMood(fields, value);
    else if (field !== undefined && !(fields.has(field) && isVoid(value))) fields.set(field, value);
  }
  return fields;
}

/** `"sentiment": {"label": …, "score": …, "signals": …}`. */
function takeMood(fields: Map<Field, Json>, mood: JsonObject): void {
  for (const field of ["sentiment_label", "sentiment_score", "sentiment_signals"] as const) {
    const value = mood.get(field.slice("sentiment_".length)) ?? mood.get(field);
    if (value !== undefined) fields.set(field, value);
  }
}

/** `resolved_query: null` beside a filled `resolved_queries` says nothing. */
const isVoid = (value: Json): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);

export function enrichmentOf(fields: Fields): Enrichment {
  const get = (field: Field): Json => fields.get(field) ?? null;
  return {
    summary: lineOf(get("summary"), limits.summary),
    tags: listOf(get("tags"), { ...words, ...lowered, length: entryLimits.tag, max: limits.tags }),
    importance: numberIn(get("importance"), { min: 1, max: 10, neutral: 5 }),
    intent: intentIn(lineOf(get("intent"), entryLimits.name)),
    primary_symbols: listOf(get("primary_symbols"), { ...words, max: limits.symbols }),
    resolved_queries: listOf(get("resolved_queries"), {
      ...sentences,
      ...{ length: limits.resolvedQuery, max: limits.queries },
    }),
    key_facts: listOf(get("key_facts"), { ...sentences, max: limits.facts }),
    epistemic_level: epistemicLevelIn(lineOf(get("epistemic_level"), entryLimits.name)),
    version_scope: orNull(lineOf(get("version_scope"), limits.versionScope)),
    debt_impact: debtImpactIn(lineOf(get("debt_impact"), entryLimits.name)),
    external_deps: listOf(get("external_deps"), { ...words, ...lowered, max: limits.deps }),
    sentiment_label: sentimentIn(lineOf(get("sentiment_label"), entryLimits.name)),
    sentiment_score: numberIn(get("sentiment_score"), { min: -1, max: 1, neutral: 0 }),
    sentiment_signals: listOf(get("sentiment_signals"), { ...words, max: limits.signals }),
  };
}

const words = { length: entryLimits.name, splitAt: /[,;\n]/ };
const sentences = { length: entryLimits.fact, splitAt: /\n/ };
/** Where BrainLayer's own pipeline lowers the case, so do we: its users' filters are written for it. */
const lowered = { lower: true };
