/** Summaries that say nothing of their own: the instructions' words, or the text's, word for word. Pure. */

import { plainOf } from "./plain.ts";
import type { Subject } from "./subject.ts";

/** Words in a row that nobody writes by chance. */
const rowLength = 5;
/** The share of a summary's words that stand in such rows. */
const copiedShare = 0.5;
/** A shorter summary is of the instructions only when it is there as a whole. */
const wholeMin = 4;

let rows: { readonly of: string; readonly plain: string; readonly set: ReadonlySet<string> } | null = null;

/** The instructions are the same for thousands of answers. */
function rowsOf(instructions: string): NonNullable<typeof rows> {
  if (rows?.of === instructions) return rows;
  const plain = plainOf(instructions);
  rows = { of: instructions, plain: ` ${plain} `, set: new Set(rowsIn(plain.split(" "))) };
  return rows;
}

const rowsIn = (words: readonly string[]): string[] =>
  words.slice(0, Math.max(0, words.length - rowLength + 1)).map((_, at) => words.slice(at, at + rowLength).join(" "));

export function copiedInstructions(summary: string, subject: Subject): string | null {
  const plain = plainOf(summary);
  const words = plain.split(" ");
  const { plain: said, set } = rowsOf(subject.instructions);
  const isWhole = words.length >= wholeMin && said.includes(` ${plain} `);
  const copied = rowsIn(words).map((row) => set.has(row));
  const isMost = wordsIn(copied, words.length) > words.length * copiedShare;
  if (!isWhole && !isMost) return null;
  // A text about such instructions may be summarized in their words.
  const own = new Set(rowsIn(subject.plain.split(" ")));
  const isOwn = isWhole ? subject.plain.includes(plain) : rowsIn(words).some((row, at) => copied[at] && own.has(row));
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
  if (subject.text.length < textMin || summary.length < copyMin || !beginsAlike(summary, subject)) return null;
  const plain = plainOf(summary);
  if (plain.length < copyMin || subject.plain.length < textMin) return null;
  const isFirst = subject.plain.startsWith(plain) || plainOf(bodyOf(subject.text, summary.length)).startsWith(plain);
  if (!isFirst || sentencesIn(subject.text) < 2) return null;
  const isAll = subject.plain.length - plain.length < restMin;
  // Short of the whole, but longer than a summary is: nothing was left out that a limit would not have cut.
  return isAll && plain.length < textMin ? null : firstWords(plain.split(" "));
}

/** Whether the longest of its first words is near the start at all: for most there is nothing more to compare. */
function beginsAlike(summary: string, { lower }: Subject): boolean {
  const words = summary
    .slice(0, 40)
    .toLowerCase()
    .match(/[a-z0-9]{4,}/g);
  const longest = words?.reduce((a, b) => (b.length > a.length ? b : a)) ?? "";
  const at = lower.indexOf(longest);
  return at >= 0 && at < headMax;
}

const firstWords = (words: readonly string[]): string => words.slice(0, 8).join(" ");

/** Before the first sentence: headings and their underlines, badges, tags, the name of who speaks. */
/** In UTF-16 units: how far the first sentence may be from the start. */
const headMax = 4_000;

const headLine = /^\s*(?:#.*|[=~-]{3,}|\[?!\[.*|<.*|[\w -]{1,30}:|)\s*$/;
const speaker = /^\s*(?:\*\*)?(?:user|human|assistant|system|me|you|q|a)(?:\*\*)?\s?:\s*/i;

function bodyOf(text: string, length: number): string {
  const lines = text.slice(0, headMax).split("\n");
  let at = 0;
  while (at < lines.length && (headLine.test(lines[at] ?? "") || /^[=~-]{3,}\s*$/.test(lines[at + 1] ?? ""))) at++;
  return lines
    .slice(at)
    .join("\n")
    .replace(speaker, "")
    .slice(0, 4 * length + 200);
}

const sentencesIn = (text: string): number =>
  (text.slice(0, headMax).match(/[.!?…](?:["'”»)\]]|\*\*)?(?=\s|$)|[。！？]|\n\s*\n|\n\s*[-*#]/g) ?? []).length;
