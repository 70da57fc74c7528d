/** The bytes of one text into pieces, whatever its format: the parser that belongs to it behind the line reader. */

import { type Code, createCodeParser } from "./code/code.ts";
import { createClaudeCodeParser } from "./conversation/claude-code.ts";
import { createCodexParser } from "./conversation/codex.ts";
import { createExportReader } from "./conversation/export.ts";
import { createGitReader } from "./git.ts";
import { createJsonlParser, type FieldNames } from "./jsonl.ts";
import { createLineReader, type LineReader, type LongLines } from "./lines.ts";
import { createMarkdownParser } from "./markdown.ts";
import type { Format, Mark, Output, Parser } from "./piece.ts";
import { createPlainParser } from "./plain.ts";
import { shrink } from "./shrink.ts";

/** A long line of a text is cut; a part of a JSON value means nothing, and 16 MiB of text is no chunk. */
const cut: LongLines = { bytesMax: 65_536, over: "cut" };
const refuse: LongLines = { bytesMax: 16 * 2 ** 20, over: "refuse" };
/** The formats that are read line by line; a data export is one value. */
type Lines = Exclude<Format, "claude" | "chatgpt" | "git">;
const longLines: Readonly<Record<Lines, LongLines>> = {
  markdown: cut,
  text: cut,
  jsonl: refuse,
  code: cut,
  "claude-code": { ...refuse, shrink },
  codex: { ...refuse, shrink },
};

export interface PieceReader extends Pick<LineReader, "write" | "readAs"> {
  /** No more bytes come: what is held is a line as well. */
  readonly end: () => void;
  /** Where the bytes that come now can be read another time; null where the format cannot be gone on with. Before `end`. */
  readonly mark: () => Mark | null;
}

/** `from`: a mark of this format that an earlier reader gave; the bytes to come start there. `code`: what is known of it. */
export function createPieceReader(
  format: Format,
  names: FieldNames,
  output: Output,
  from?: Mark,
  code: Code = unknownCode,
): PieceReader {
  if (format === "claude" || format === "chatgpt")
    return { ...createExportReader(format, output), readAs: () => {}, mark: () => null };
  if (format === "git") return { ...createGitReader(output), readAs: () => {}, mark: () => null };
  const parser = format === "code" ? createCodeParser(output, code) : parserOf(format, names, output, from?.state);
  const lineOutput = {
    line: parser.line,
    broken: (number: number, reason: string) => {
      parser.gap();
      output.problem(number, reason);
    },
  };
  const lines = createLineReader(longLines[format], lineOutput, from);
  return {
    write: lines.write,
    readAs: lines.readAs,
    end: () => {
      lines.end();
      parser.end();
    },
    mark: () => (parser.state === undefined ? null : { ...lines.at(), state: parser.state() }),
  };
}

const unknownCode: Code = { language: null, tree: null, isNamed: true };

function parserOf(format: Exclude<Lines, "code">, names: FieldNames, output: Output, state: unknown): Parser {
  switch (format) {
    case "markdown":
      return createMarkdownParser(output);
    case "text":
      return createPlainParser(output);
    case "jsonl":
      return createJsonlParser(output, names);
    case "claude-code":
      return createClaudeCodeParser(output, state);
    case "codex":
      return createCodexParser(output, state);
    default:
      return format satisfies never;
  }
}
