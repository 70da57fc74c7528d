/** The bytes of one text into pieces, whatever its format: the parser that belongs to it behind the line reader. */

import { createJsonlParser, type FieldNames } from "./jsonl.ts";
import { createLineReader, type LineReader, type LongLines } from "./lines.ts";
import { createMarkdownParser } from "./markdown.ts";
import type { Format, Output, Parser } from "./piece.ts";
import { createPlainParser } from "./plain.ts";

/** A long line of a text is cut; a part of a JSON value means nothing, and 16 MiB of text is no chunk. */
const longLines: Readonly<Record<Format, LongLines>> = {
  markdown: { bytesMax: 65_536, over: "cut" },
  text: { bytesMax: 65_536, over: "cut" },
  jsonl: { bytesMax: 16 * 2 ** 20, over: "refuse" },
};

export function createPieceReader(format: Format, names: FieldNames, output: Output): LineReader {
  const parser = parserOf(format, names, output);
  const lines = createLineReader(longLines[format], {
    line: parser.line,
    broken: (number, reason) => {
      parser.gap();
      output.problem(number, reason);
    },
  });
  return {
    write: lines.write,
    end: () => {
      lines.end();
      parser.end();
    },
  };
}

function parserOf(format: Format, names: FieldNames, output: Output): Parser {
  switch (format) {
    case "markdown":
      return createMarkdownParser(output);
    case "text":
      return createPlainParser(output);
    case "jsonl":
      return createJsonlParser(output, names);
    default:
      return format satisfies never;
  }
}
