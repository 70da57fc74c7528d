/**
 * Source code into pieces, by function and class. It holds a file of up to two million characters, which is what a
 * parser needs; a larger one is cut on line ends as it comes.
 */

import type { Parser as TreeParser } from "web-tree-sitter";
import { cutText } from "../cut.ts";
import type { Line, Output, Parser } from "../piece.ts";
import { definitionsIn } from "./definitions.ts";
import { isGenerated, isMinified } from "./generated.ts";
import { sectionMax, sectionsOf, wholeMax } from "./sections.ts";

export interface Code {
  /** Null: it is not known. */
  readonly language: string | null;
  /** Null: it is cut by size. */
  readonly tree: TreeParser | null;
  /** Somebody named this file: no rule leaves it out. */
  readonly isNamed: boolean;
}

/** BrainLayer's word for the content of a file. */
const contentType = "file_read";
const namesMax = 50;

export const wholeCharsMax = 2_000_000;
/** What of a larger file is cut at a time. */
const windowChars = 65_536;

export function createCodeParser(output: Output, { language, tree, isNamed }: Code): Parser {
  let lines: Line[] = [];
  let chars = 0;
  /** `whole`: there may still be a parser for it. `stream`: too large. `out`: left out by a rule. */
  let mode: "whole" | "stream" | "out" = "whole";

  function line(next: Line): void {
    if (mode === "out") return;
    lines.push(next);
    chars += next.text.length + 1;
    if (mode === "whole" && chars > wholeCharsMax) {
      mode = isLeftOut() ? "out" : "stream";
      give(null, false);
    } else if (mode === "stream" && chars > windowChars) give(null, false);
  }

  function isLeftOut(): boolean {
    if (isNamed) return false;
    const rows = lines.map(({ text }) => text);
    const rule = isGenerated(rows) ? "generated" : isMinified(rows) ? "minified" : null;
    if (rule !== null) output.leftOut(rule);
    return rule !== null;
  }

  /** Not `isLast`: the last section may go on, and is kept. */
  function give(parser: TreeParser | null, isLast: boolean): void {
    const rows = lines.map(({ text }) => text);
    const found = mode === "out" ? [] : sectionsOf(rows, (parser && definitions(parser, rows)) ?? []);
    const kept = isLast || mode === "out" ? undefined : found.pop();
    for (const { start, end, names } of found) {
      const text = rows.slice(start, end + 1).join("\n");
      // One line alone may be longer than a chunk.
      for (const part of start === end ? cutText(text, sectionMax) : [text])
        output.piece(piece(part, lines[start]?.number ?? 0, lines[end]?.number ?? 0, names));
    }
    lines = kept === undefined ? [] : lines.slice(kept.start);
    chars = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
  }

  const piece = (text: string, first: number, last: number, names: readonly string[]) => ({
    ...{ text, line: first, lineEnd: last, headings: [] },
    fields: {
      ...{ id: null, createdAt: null, source: null, project: null, conversationId: null, position: null, sender: null },
      ...{ contentType, language },
      metadata: { line_end: last, ...(names.length === 0 ? {} : { symbols: names.slice(0, namesMax) }) },
    },
  });

  return {
    line,
    gap: () => {},
    end: () => {
      if (mode === "whole" && isLeftOut()) mode = "out";
      give(mode === "whole" ? tree : null, true);
    },
  };
}

/** Null where the parser does not get through it, or its WebAssembly has come to an end: cut by size, nothing is lost. */
function definitions(parser: TreeParser, rows: readonly string[]) {
  try {
    return definitionsIn(parser, rows.join("\n"), wholeMax);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return null;
    throw error;
  }
}
