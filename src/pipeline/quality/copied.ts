/** Summaries that say nothing of their own: the instructions' words, or the text's, word for word. Pure. */

import { plainOf } from "./plain.ts";
import type { Subject } from "./subject.ts";

/** Words in a row that nobody writes by chance. */
const rowLength = 5;
/** The share of a summary's words that stand in such rows. */
const copiedShare = 0.5;
/** A shorter summary is of the instructions only when it is there as a whole. */
const wholeMin = 4;

interface Instructions {
  readonly of: string;
  readonly plain: string;
  readonly rows: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
}

let known: Instructions | null = null;

/** The same for thousands of answers. */
function instructionsOf(text: string): Instructions {
  if (known?.of === text) return known;
  const plain = plainOf(text);
  const words = plain.split(" ");
  known = { of: text, plain: ` ${plain} `, rows: new Set(rowsIn(words)), words: new Set(words) };
  return known;
}

const rowsIn = (words: readonly string[]): string[] =>
  words.slice(0, Math.max(0, words.length - rowLength + 1)).map((_, at) => words.slice(at, at + rowLength).join(" "));

export function copiedInstructions(summary: string, subject: Subject): string | null {
  const plain = plainOf(summary);
  const words = plain.split(" ");
  const instructions = instructionsOf(subject.instructions);
  // What is copied for the most part is in their words for the most part: for nearly all that is the end of it.
  const shared = words.filter((word) => instructions.words.has(word)).length;
  if (shared <= words.length * copiedShare) return null;
  const isWhole = words.length >= wholeMin && instructions.plain.includes(` ${plain} `);
  const rows = rowsIn(words);
  const copied = rows.map((row) => instructions.rows.has(row));
  const isMost = wordsIn(copied, words.length) > words.length * copiedShare;
  if (!isWhole && !isMost) return null;
  // A text about such instructions may be summarized in their words.
  const own = new Set(rowsIn(subject.plain.split(" ")));
  const isOwn = isWhole ? subject.plain.includes(plain) : rows.some((row, at) => copied[at] && own.has(row));
  return isOwn ? null : firstWords(words);
}

/** How many words stand in at least one copied row. */
function wordsIn(copied: readonly boolean[], length: number): number {
  let count = 0;
  for (let at = 0; at < length; at++) if (copied.slice(Math.max(0, at - rowLength + 1), at + 1).includes(true)) count++;
  return count;
}

/** In UTF-16 units of plain text. A text of this length may be its own best summary. */
const textMin = 240;
const copyMin = 30;
/** What a first sentence leaves out, at the least; less than that, and it is the text. */
const restMin = 160;

/** The text itself, its beginning, or its first sentence alone. A text that has but one sentence is no case for it. */
export function copiedText(summary: string, subject: Subject): string | null {
  if (subject.text.length < textMin || summary.length < copyMin) return null;
  const plain = plainOf(summary);
  const reach = 2 * summary.length + aroundMax;
  const start = plain.slice(0, startLength);
  const begins = (text: string): boolean =>
    plainOf(text.slice(0, startLength + aroundMax)).startsWith(start) &&
    plainOf(text.slice(0, reach)).startsWith(plain);
  if (plain.length < copyMin) return null;
  const body = bodyOf(subject.text);
  if (!begins(subject.text) && !begins(body)) return null;
  // A line that its writer has set apart at the top, as readmes do, is a summary already.
  const isApart = plain.length < textMin && body.length - summary.length > restMin;
  if (isApart && plainOf(paragraphOf(body).slice(0, reach)) === plain) return null;
  if (subject.plain.length < textMin || sentencesIn(subject.text) < 2) return null;
  const isAll = subject.plain.length - plain.length < restMin;
  // Short of the whole, but longer than a summary is: nothing was left out that a limit would not have cut.
  return isAll && plain.length < textMin ? null : firstWords(plain.split(" "));
}

const firstWords = (words: readonly string[]): string => words.slice(0, 8).join(" ");

/** In UTF-16 units: how far the first sentence may be from the start, and the signs around it that are no words. */
const headMax = 4_000;
const aroundMax = 200;
/** So much is compared first: nearly always it is enough. */
const startLength = 12;

/** Before the first sentence: headings and their underlines, badges, tags, the name of who speaks. */
const headLine = /^\s*(?:#.*|[=~-]{3,}|\[?!\[.*|<.*|[\w -]{1,30}:|)\s*$/;
const speaker = /^\s*(?:\*\*)?(?:user|human|assistant|system|me|you|q|a)(?:\*\*)?\s?:\s*/i;

function bodyOf(text: string): string {
  let at = 0;
  for (let end = 0; at < Math.min(text.length, headMax); at = end + 1) {
    end = text.indexOf("\n", at);
    if (end === -1) break;
    const isUnderlined = underline.test(text.slice(end + 1, end + 200));
    if (!headLine.test(text.slice(at, end)) && !isUnderlined) break;
  }
  return text.slice(at, at + headMax).replace(speaker, "");
}

const paragraphOf = (body: string): string => body.slice(0, /\n[ \t]*\n/.exec(body)?.index);

const underline = /^[=~-]{3,}[ \t]*(?:\n|$)/;

const sentencesIn = (text: string): number =>
  (text.slice(0, headMax).match(/[.!?…](?:["'”»)\]]|\*\*)?(?=\s|$)|[。！？]|\n\s*\n|\n\s*[-*#]/g) ?? []).length;
