/** Plain text into pieces: paragraphs, grouped. */

import { createGrouping } from "./grouping.ts";
import type { Output, Parser } from "./piece.ts";

export function createPlainParser(output: Output): Parser {
  const grouping = createGrouping(output.piece);
  return {
    line: (line) => {
      if (line.text.trim() === "") grouping.blank();
      else grouping.add(line, "body");
    },
    gap: grouping.endBlock,
    end: grouping.end,
  };
}
