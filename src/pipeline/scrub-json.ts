/**
 * Takes secrets out of what a model wrote before anything is cut, split or put into lower case: half a key is known by
 * its beginning, but one in lower case by nothing at all. Pure but for what the scrubber counts.
 */

import { type Json, unescaped } from "./json.ts";

export type Scrub = (text: string) => string;

export const asItIs: Scrub = (text) => text;

/** The same values, written as they were, with the secrets in their texts replaced. */
export function scrubValues<K>(values: ReadonlyMap<K, Json>, scrub: Scrub): ReadonlyMap<K, Json> {
  if (scrub === asItIs) return values;
  return new Map([...values].map(([key, value]) => [key, scrubJson(value, scrub)]));
}

function scrubJson(value: Json, scrub: Scrub): Json {
  if (value === null) return null;
  if (typeof value !== "string") {
    if (value instanceof Map) return scrubValues(value, scrub);
    return [...value.values()].map((entry) => scrubJson(entry, scrub));
  }
  const said = unescaped(value);
  const clean = scrub(said);
  // Texts stand as they were written, and are unescaped once more when they are read.
  return clean === said ? value : JSON.stringify(clean).slice(1, -1);
}
