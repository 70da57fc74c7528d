/** The fields of a description out of what a model wrote for them: limits, neutral defaults. Pure. */

import { type Enrichment, enrichmentSchema, limits } from "../core/enrichment.ts";
import { headOf } from "../core/points.ts";
import { type Json, type JsonObject, unescaped } from "./json.ts";
import { debtImpactIn, epistemicLevelIn, intentIn, sentimentIn } from "./nearest-name.ts";

export type Field = keyof Enrichment;
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

/** The first text in a value; "" where there is none. */
function textOf(value: Json): string {
  if (value === null || typeof value === "string") return unescaped(value ?? "");
  for (const inner of value.values()) if (typeof inner === "string") return unescaped(inner);
  return "";
}

/** One line of clean text: no control characters, no half characters, no needless space. */
function clean(text: string, max: number): string {
  const line = text
    .toWellFormed()
    .replace(/[^\P{Cc}\s]+/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return headOf(line, max).trimEnd();
}

const lineOf = (value: Json, max: number): string => clean(textOf(value), max);

/** Whether something was said: neither blank nor a placeholder such as "..." or "<one sentence>". */
export function saysSomething(value: Json | undefined): boolean {
  const line = lineOf(value ?? null, limits.summary);
  return /[\p{L}\p{N}\p{So}]/u.test(line) && !/^(?:<[^<>]*>|\{[^{}]*\}|\[[^[\]]*\])$/.test(line);
}

const nothing = /^(?:none|null|n\/a|na|nil|unknown|undefined|unspecified|not (?:applicable|specified)|-|)$/i;
const orNull = (line: string): string | null => (nothing.test(line) ? null : line);

interface ListShape {
  readonly max: number;
  readonly length: number;
  /** Where one text stands for the whole list. */
  readonly splitAt: RegExp;
  readonly lower?: boolean;
}

function listOf(value: Json, { max, length, splitAt, lower = false }: ListShape): string[] {
  const isText = typeof value === "string";
  const entries = isText ? textOf(value).split(splitAt) : [...(value?.values() ?? [])].map(textOf);
  const list = new Set<string>();
  for (const entry of entries) {
    const line = clean(lower ? entry.toLowerCase() : entry, length);
    const item = isText ? unmarked(line) : line;
    if (item !== "" && item !== "..." && item !== "…" && !(isText && nothing.test(item))) list.add(item);
    if (list.size === max) break;
  }
  return [...list];
}

/** Without the marks of a list around a line: bullets, brackets, quotes. */
function unmarked(line: string): string {
  let [from, to] = [0, line.length];
  while (from < to && " -*•#[\"'".includes(line.charAt(from))) from++;
  while (from < to && " ]\"'".includes(line.charAt(to - 1))) to--;
  return line.slice(from, to);
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly neutral: number;
}

/** "8/10" and "about 8" are numbers too; NaN and Infinity say nothing, and are neutral. */
function numberIn(value: Json, { min, max, neutral }: Range): number {
  const text = lineOf(value, 100);
  const whole = text === "" ? Number.NaN : Number(text);
  const [, top = "", bottom] = /([-+]?\d+(?:\.\d+)?)(?: ?(?:\/|out of) ?(\d+))?/.exec(text) ?? [];
  const part = Number(bottom) > 0 ? (Number(top) / Number(bottom)) * max : Number(top || Number.NaN);
  const number = Number.isNaN(whole) ? part : whole;
  return Number.isFinite(number) ? Math.min(max, Math.max(min, number)) + 0 : neutral;
}
