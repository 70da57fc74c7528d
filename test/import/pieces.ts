/** A text through the parser of its format, handed over in blocks of any size. */

import { createPieceReader } from "../../src/import/parse.ts";
import type { Format, Piece } from "../../src/import/piece.ts";

export interface Read {
  readonly pieces: readonly Piece[];
  /** As `line: reason`. */
  readonly problems: readonly string[];
  /** By rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly unknown: Readonly<Record<string, number>>;
}

export function read(format: Format, content: string | Uint8Array, blockBytes = 65_536, names = {}): Read {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const pieces: Piece[] = [];
  const problems: string[] = [];
  const leftOut: Record<string, number> = {};
  const unknown: Record<string, number> = {};
  const reader = createPieceReader(
    format,
    { id: null, text: null, ...names },
    {
      piece: (piece) => pieces.push(piece),
      problem: (line, reason) => problems.push(`${line}: ${reason}`),
      leftOut: (rule) => count(leftOut, rule),
      unknown: (type) => count(unknown, type),
    },
  );
  for (let at = 0; at < bytes.length; at += blockBytes) {
    // The same memory again for each block, as a reader of files has it.
    const block = bytes.slice(at, at + blockBytes);
    reader.write(block);
    block.fill(0xff);
  }
  reader.end();
  return { pieces, problems, leftOut, unknown };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

export const textsOf = (format: Format, content: string): string[] =>
  read(format, content).pieces.map(({ text }) => text);

export const solidLines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
