/** Source code through its parser, as chunks with the symbols in them. */

import { expect } from "bun:test";
import { extname } from "node:path";
import { createCodeParser } from "../../../src/import/code/code.ts";
import { parserFor } from "../../../src/import/code/grammars.ts";
import { languageOf } from "../../../src/import/code/languages.ts";
import type { Piece } from "../../../src/import/piece.ts";

export interface Chunks {
  readonly pieces: readonly Piece[];
  readonly leftOut: readonly string[];
}

export async function chunksOf(name: string, text: string, isNamed = false): Promise<Chunks> {
  const language = languageOf(extname(name));
  const tree = language?.grammar == null ? null : await parserFor(language.grammar);
  const pieces: Piece[] = [];
  const leftOut: string[] = [];
  const parser = createCodeParser(
    {
      piece: (piece) => pieces.push(piece),
      problem: (_, reason) => expect.unreachable(reason),
      leftOut: (rule) => leftOut.push(rule),
      unknown: (type) => expect.unreachable(type),
    },
    { language: language?.name ?? null, tree, isNamed },
  );
  for (const [i, line] of text.split("\n").entries()) parser.line({ number: i + 1, text: line });
  parser.end();
  return { pieces, leftOut };
}

export const symbolsOf = (piece: Piece): unknown => piece.fields?.metadata["symbols"];
