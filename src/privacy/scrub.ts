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
  for (const { kind, hints, pattern } of secretKinds) {
    if (!hints.some((hint) => clean.includes(hint))) continue;
    clean = clean.replace(pattern, (...match) => {
      kinds.push(kind);
      const groups: unknown = match.at(-1);
      return `${typeof groups === "object" ? keptIn(groups) : ""}${markOf(kind)}`;
    });
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

const keptIn = (groups: object | null): string => (groups as { readonly keep?: string } | null)?.keep ?? "";
