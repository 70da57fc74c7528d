/** Takes secrets out of texts: what a model echoed must not be kept, in our files or in the user's. Pure. */

import { labelled } from "./labelled.ts";
import { secretKinds } from "./secret-kinds.ts";

export interface Scrubbed {
  readonly text: string;
  /** One for each secret that was taken out. */
  readonly kinds: readonly string[];
}

/** As BrainLayer marks them in what it writes, but in lower case: a tag is in lower case, and stays what it is. */
export const markOf = (kind: string): string => `[redacted:${kind}]`;

/** No secret, with what it is known by, is shorter: most tags and names are. */
const lengthMin = 10;

export function scrub(text: string): Scrubbed {
  if (text.length < lengthMin) return { text, kinds: [] };
  const kinds: string[] = [];
  let clean = text;
  // Once more after each find: one that stood at the end of another word begins a word now.
  for (let found = knownIn(clean); found.length > 0; found = knownIn(clean)) {
    clean = withMarks(clean, found);
    kinds.push(...found.map(({ kind }) => kind));
  }
  const lower = clean.toLowerCase();
  for (const { kind, hints, pattern, isSecret } of labelled) {
    if (!hints.some((hint) => lower.includes(hint))) continue;
    clean = clean.replace(pattern, (whole: string, ...match) => {
      const { keep, value, after } = match.at(-1) as Readonly<Record<"keep" | "value" | "after", string>>;
      if (!isSecret(value)) return whole;
      kinds.push(kind);
      return `${keep}${markOf(kind)}${after}`;
    });
  }
  return { text: clean, kinds };
}

interface Found {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The secrets that are known by their form, in their order. By chance one form stands inside another, or across its end (a
 * JSON Web Token's head in a private key): all of them are one secret then, so that no rest of it is left.
 */
function knownIn(text: string): readonly Found[] {
  const all = secretKinds
    .filter(({ hints }) => hints.some((hint) => text.includes(hint)))
    .flatMap(({ kind, pattern }) => [...text.matchAll(pattern)].map((match) => placeOf(kind, match)))
    .sort((a, b) => a.start - b.start);
  const merged: Found[] = [];
  for (const one of all) {
    const last = merged.at(-1);
    if (last === undefined || one.start >= last.end) merged.push(one);
    else merged[merged.length - 1] = { ...last, end: Math.max(last.end, one.end) };
  }
  return merged;
}

function placeOf(kind: string, { index, 0: whole, groups }: RegExpExecArray): Found {
  return { kind, start: index + (groups?.["keep"]?.length ?? 0), end: index + whole.length };
}

function withMarks(text: string, found: readonly Found[]): string {
  const kept = found.map(({ kind, start }, at) => `${text.slice(found[at - 1]?.end ?? 0, start)}${markOf(kind)}`);
  return kept.join("") + text.slice(found.at(-1)?.end ?? 0);
}
