/** Takes out of a text what its author did not write: blocks that a program put in, and encoded bytes. Pure. */

import type { LeftOutRule } from "../left-out.ts";

/** A block `<tag>…</tag>` at the start of a line; its end is where the tag is closed first. Null: it is not counted. */
export type Tags = Readonly<Record<string, LeftOutRule | null>>;

/** Whole texts that no user wrote, by how they begin. */
export type Beginnings = readonly (readonly [RegExp, LeftOutRule])[];

type LeftOut = (rule: LeftOutRule) => void;

/** What is left of a text of the user's when all that a program put into it is taken out. */
export function withoutInjected(text: string, tags: Tags, beginnings: Beginnings, leftOut: LeftOut): string {
  const ruleOf = (own: string): LeftOutRule | undefined =>
    beginnings.find(([beginning]) => beginning.test(own.trimStart()))?.[1];
  const whole = ruleOf(text);
  const own = whole === undefined ? withoutTags(text, tags, leftOut) : text;
  const rule = whole ?? ruleOf(own);
  if (rule === undefined) return own;
  leftOut(rule);
  return "";
}

function withoutTags(text: string, tags: Tags, leftOut: LeftOut): string {
  if (!text.includes("</")) return text;
  let rest = text;
  for (const [tag, rule] of Object.entries(tags))
    rest = withoutTag(rest, tag, () => {
      if (rule !== null) leftOut(rule);
    });
  return rest;
}

function withoutTag(text: string, tag: string, onFound: () => void): string {
  const close = `</${tag}>`;
  if (!text.includes(close)) return text;
  const open = new RegExp(`^[ \\t]*<${tag}(?:>| [^>]{0,500}>)`, "gm");
  let kept = "";
  let from = 0;
  for (;;) {
    open.lastIndex = from;
    const found = open.exec(text);
    if (found === null) break;
    const end = text.indexOf(close, found.index + found[0].length);
    // One that is not closed is somebody's own text, and then none behind it is closed either.
    if (end < 0) break;
    onFound();
    kept += text.slice(from, found.index);
    from = end + close.length;
  }
  return from === 0 ? text : kept + text.slice(from);
}

/** What is between the tag and its end; null where it does not stand in the text. */
export function insideTag(text: string, tag: string): string | null {
  const start = text.indexOf(`<${tag}>`);
  const end = text.indexOf(`</${tag}>`, start);
  return start < 0 || end < 0 ? null : text.slice(start + tag.length + 2, end).trim();
}

/** Runs of that many base64 characters are no words and no code, in one line or wrapped as mail and PEM files do. */
const blobs: readonly RegExp[] = [
  /(?:data:[\w.+/-]{1,100};base64,)?(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{400,}={0,2}/g,
  /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{60,120}(?:\r?\n[ \t]{0,40}[A-Za-z0-9+/]{60,120}){5,}(?:\r?\n[ \t]{0,40}[A-Za-z0-9+/]{1,120}={1,2})?/g,
];
const blobMark = "[base64 left out]";

export function withoutBlobs(text: string, leftOut: LeftOut): string {
  if (text.length < 400) return text;
  let rest = text;
  for (const blob of blobs)
    rest = rest.replace(blob, (found) => {
      if (!looksEncoded(found)) return found;
      leftOut("base64");
      return blobMark;
    });
  return rest;
}

/** Encoded bytes have small and large letters and digits; a line of dashes or a long word does not. */
export const looksEncoded = (text: string): boolean => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
