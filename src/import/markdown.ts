/**
 * Markdown into pieces: by heading, with code blocks kept whole.
 *
 * It goes line by line and knows only what parts a text: headings, and the blocks in which a `#` is none (fences,
 * front matter, comments and preformatted HTML). The parsers of the field build a tree of the whole file, and a file
 * may be larger than the memory; a test compares the headings found here with those of such a parser.
 */

import { createGrouping } from "./grouping.ts";
import type { Line, Output, Parser } from "./piece.ts";

/** A block whose lines are no Markdown: says of each line whether it is inside, the last, or outside already. */
type Verbatim = (text: string) => "inside" | "last" | "outside";

const title = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const underline = /^ {0,3}(=+|-+)[ \t]*$/;
/** What a paragraph cannot start with, so that a line of dashes below it is a rule and no underline. */
const notParagraph = /^(?: {4}|\t| {0,3}(?:[-*+>|<]|\d{1,9}[.)]|#))/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
const fence = /^((?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*)([ \t]*)(`{3,}|~{3,})(.*)$/;
/** Longer than any front matter: a rule on the first line is then only a rule. */
const frontMatterLines = 200;

export function createMarkdownParser(output: Output): Parser {
  const grouping = createGrouping(output.piece);
  const path: { level: number; text: string }[] = [];
  let verbatim: Verbatim | null = null;
  let inList = false;
  let frontMatter: Line[] | null = null;

  function line(line: Line): void {
    if (line.number === 1 && /^---[ \t]*$/.test(line.text)) frontMatter = [line];
    else if (frontMatter !== null) readFrontMatter(frontMatter, line);
    else readMarkdown(line);
  }

  /** Belongs to what follows, like a title. */
  function readFrontMatter(lines: Line[], line: Line): void {
    lines.push(line);
    const isLast = /^(---|\.\.\.)[ \t]*$/.test(line.text);
    if (isLast) {
      for (const one of lines) grouping.add(one, "title");
      grouping.endBlock();
    }
    if (isLast || lines.length > frontMatterLines) frontMatter = null;
    if (!isLast && frontMatter === null) for (const one of lines) readMarkdown(one);
  }

  function readMarkdown(line: Line): void {
    if (verbatim === null || !readVerbatim(line, verbatim)) readLine(line);
  }

  /** Whether the line was part of the block. */
  function readVerbatim(line: Line, where: Verbatim): boolean {
    const place = where(line.text);
    if (place !== "outside") grouping.add(line, "code");
    if (place !== "inside") {
      verbatim = null;
      grouping.endBlock();
    }
    return place !== "outside";
  }

  function readLine(line: Line): void {
    const { text } = line;
    const level = title.exec(text)?.[1]?.length;
    if (text.trim() === "") grouping.blank();
    else if (level !== undefined) startTitle(line, level);
    else if (isUnderline(text)) underlineTitle(line);
    else readBody(line);
  }

  function readBody(line: Line): void {
    verbatim = fenceOf(line.text, inList) ?? htmlOf(line.text);
    if (verbatim !== null) grouping.endBlock();
    else if (!/^[ \t]/.test(line.text)) inList = listItem.test(line.text);
    grouping.add(line, verbatim === null ? "body" : "code");
  }

  function isUnderline(text: string): boolean {
    const above = grouping.openLines();
    const [first = ""] = above;
    return above.length > 0 && above.length <= 3 && underline.test(text) && !inList && !notParagraph.test(first);
  }

  function startTitle(line: Line, level: number): void {
    const text = line.text
      .trim()
      .slice(level)
      .replace(/(^|[ \t])#+$/, "");
    grouping.startSection(below(level, text), false);
    grouping.add(line, "title");
    grouping.endBlock();
  }

  function underlineTitle(line: Line): void {
    const text = grouping.openLines().join(" ");
    grouping.add(line, "body");
    grouping.startSection(below(line.text.includes("=") ? 1 : 2, text), true);
  }

  function below(level: number, text: string): string[] {
    inList = false;
    while ((path.at(-1)?.level ?? 0) >= level) path.pop();
    path.push({ level, text: text.trim().slice(0, 200).toWellFormed() });
    return path.map(({ text }) => text).filter((text) => text !== "");
  }

  return {
    line,
    gap: () => {
      if (verbatim === null) grouping.endBlock();
    },
    end: () => {
      const left = frontMatter ?? [];
      frontMatter = null;
      for (const one of left) readMarkdown(one);
      grouping.end();
    },
  };
}

/** Inside a list a fence may be indented; elsewhere four spaces make it a line of code. */
function fenceOf(text: string, inList: boolean): Verbatim | null {
  const match = fence.exec(text);
  if (match === null) return null;
  const [, containers = "", indent = "", marks = "", info = ""] = match;
  if (marks.startsWith("`") && info.includes("`")) return null;
  if (containers === "" && !inList && /^( {4}|\t)/.test(indent)) return null;
  const isQuoted = containers.includes(">");
  const closing = new RegExp(`^[ \\t>]*${marks[0]}{${marks.length},}[ \\t]*$`);
  return (line) => {
    if (isQuoted && !/^[ \t]*>/.test(line)) return "outside";
    return closing.test(line) ? "last" : "inside";
  };
}

function htmlOf(text: string): Verbatim | null {
  const tag = /^ {0,3}<(?:(!--)|(pre|script|style|textarea)(?=[\s>]))/i.exec(text);
  if (tag === null) return null;
  const closing = tag[1] === undefined ? /<\/(pre|script|style|textarea)>/i : /-->/;
  return closing.test(text) ? null : (line) => (closing.test(line) ? "last" : "inside");
}
