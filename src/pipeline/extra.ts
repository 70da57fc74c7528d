/** Fields of people's own out of what a model wrote, with the forgiveness that ours get. Pure. */

import type { Extra, ExtraField, ExtraKind, ExtraValue } from "../core/extra.ts";
import { failed, type Outcome, success } from "../core/failure.ts";
import type { Json, JsonObject } from "./json.ts";
import { lineOf, listOf, numberIn, orNull, saysSomething } from "./values.ts";

/** Two names that a model may take for one another: signs and case are nothing to go by. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** What an object has of the fields, at its top or below "extra". */
export function extraIn(object: JsonObject, fields: readonly ExtraField[]): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  if (fields.length === 0) return found;
  const known = new Map(fields.map(({ name }) => [plainName(name), name]));
  const take = ([name, value]: readonly [string, Json]): void => {
    const field = known.get(plainName(name.slice(0, 64)));
    if (field !== undefined && (value !== null || !found.has(field))) found.set(field, value);
  };
  for (const entry of object) {
    if (plainName(entry[0].slice(0, 64)) === "extra" && entry[1] instanceof Map) [...entry[1]].forEach(take);
    else take(entry);
  }
  return found;
}

/** Each field in the order of the schema; what is wrong where a required one says nothing. */
export function extraOf(found: ReadonlyMap<string, Json>, fields: readonly ExtraField[]): Outcome<Extra, string> {
  const entries = fields.map((field) => [field, readValue(found.get(field.name) ?? null, field)] as const);
  const missing = entries.find(([field, value]) => field.required && value === null)?.[0];
  if (missing !== undefined) return failed(`the field "${missing.name}" is missing, or not ${wanted(missing.kind)}`);
  return success(Object.fromEntries(entries.map(([{ name }, value]) => [name, value])));
}

export const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** As the instructions and the complaints name it. */
export function wanted(kind: ExtraKind): string {
  switch (kind.type) {
    case "string":
      return "text";
    case "number":
      if (kind.min === null && kind.max === null) return "number";
      return `number, ${kind.min ?? "any"} to ${kind.max ?? "any"}`;
    case "boolean":
      return "true or false";
    case "string[]":
      return "list of texts";
    case "enum":
      return listed(kind.values);
  }
}

/** What is longer than a name and shorter than a text. */
const wordMax = 200;

function readValue(value: Json, { kind, required }: ExtraField): ExtraValue {
  if (value === null) return null;
  switch (kind.type) {
    case "string": {
      if (!saysSomething(value)) return null;
      const line = lineOf(value, kind.maxLength);
      // Whoever must say something may say "none".
      return required ? line : orNull(line);
    }
    case "number": {
      const { min, max } = kind;
      return numberIn(value, { min: min ?? -Number.MAX_VALUE, max: max ?? Number.POSITIVE_INFINITY, neutral: null });
    }
    case "boolean":
      return truthOf(lineOf(value, wordMax));
    case "string[]":
      return listOf(value, { max: kind.maxItems, length: kind.maxLength, splitAt: /[,;\n]/ });
    case "enum":
      return oneOf(kind.values, lineOf(value, wordMax));
  }
}

function truthOf(word: string): boolean | null {
  if (/^(?:true|yes|y|1)\b/i.test(word)) return true;
  return /^(?:false|no|none|n|0)\b/i.test(word) ? false : null;
}

/** The name itself, else the only one that stands in the text: "high risk" is high, "low or high" says nothing. */
function oneOf(names: readonly string[], text: string): string | null {
  const same = (form: (text: string) => string): string | undefined => {
    const found = names.filter((name) => form(name) === form(text));
    return found.length === 1 ? found[0] : undefined;
  };
  const exact = same(String) ?? same((text) => text.toLowerCase()) ?? same(plainName);
  if (exact !== undefined) return exact;
  const words = ` ${text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `;
  const within = names.filter((name) => words.includes(` ${name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `));
  return within.length === 1 ? (within[0] ?? null) : null;
}
