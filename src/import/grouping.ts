/**
 * Groups blocks of lines (a paragraph, a code block) into pieces of one to two thousand characters that keep to
 * sections. Bounded: it holds two pieces and one block, whatever the size of the text.
 *
 * Where a section is too long for one piece, the text itself decides where it is parted, not a count from its start:
 * after a paragraph was added to a file, all pieces but those around it are the same as before.
 */

import { cutText } from "./cut.ts";
import type { Line, Piece } from "./piece.ts";

/** UTF-16 units. A piece is between these two, but for the last one of a section, and single blocks. */
const pieceMin = 1_000;
export const pieceMax = 2_000;
/** What is smaller than this goes with its neighbour in the section, even if that makes it larger than a piece should be. */
const restMax = 300;
/** A block of code is kept whole up to here; then it may be a fence that was never closed. */
export const codeMax = 65_536;
/** Blank lines kept between two blocks. */
const blanksMax = 3;

interface Block {
  readonly lines: string[];
  readonly line: number;
  lineEnd: number;
  size: number;
  readonly blanksBefore: number;
  /** Titles alone are no piece. */
  readonly isBody: boolean;
}

type BlockKind = "body" | "code" | "title";

export interface Grouping {
  /** A line of the block at hand, or of a new one. */
  readonly add: (line: Line, kind: BlockKind) => void;
  /** Ends the block at hand. */
  readonly endBlock: () => void;
  readonly blank: () => void;
  /** What comes now belongs below these titles; takes the block at hand along when it is itself the title. */
  readonly startSection: (headings: readonly string[], isTitle: boolean) => void;
  /** The lines of the block at hand. */
  readonly openLines: () => readonly string[];
  readonly end: () => void;
}

export function createGrouping(give: (piece: Piece) => void): Grouping {
  let headings: readonly string[] = [];
  let open: Block | null = null;
  let blanks = 0;
  let blocks: Block[] = [];
  /** Full, of the same section as `blocks`, and kept back since a small rest may still join it. */
  let full: Block[] | null = null;

  function add({ number, text }: Line, kind: BlockKind): void {
    const max = kind === "code" ? codeMax : pieceMax;
    if (text.length > max) {
      addLong(number, text, max);
      return;
    }
    if (open !== null && open.size + text.length > max) endBlock();
    open ??= { lines: [], line: number, lineEnd: number, size: 0, blanksBefore: blanks, isBody: kind !== "title" };
    blanks = 0;
    open.lines.push(text);
    open.size += text.length + 1;
    open.lineEnd = number;
  }

  /** Each part is a piece of its own, so that nothing comes between the parts of a line. */
  function addLong(number: number, text: string, max: number): void {
    endBlock();
    for (const part of cutText(text, max)) {
      release();
      blocks = [{ lines: [part], line: number, lineEnd: number, size: part.length, blanksBefore: 0, isBody: true }];
    }
    release();
  }

  function endBlock(): void {
    if (open === null) return;
    const block = open;
    open = null;
    if (sizeOf(blocks) >= restMax && sizeOf(blocks) + block.size > pieceMax) fill();
    blocks.push(block);
    if (sizeOf(blocks) >= pieceMin && isSeam(block)) fill();
  }

  /** Nothing, or titles that wait for what is below them; a file of titles alone must not be held whole. */
  const isTitles = (): boolean => sizeOf(blocks) < restMax && blocks.every(({ isBody }) => !isBody);

  function fill(): void {
    if (full !== null) give(pieceOf(full, headings));
    full = blocks;
    blocks = [];
  }

  /** Gives what is held; a small rest goes with what is before it. */
  function release(): void {
    if (full !== null && blocks.length > 0 && sizeOf(blocks) < restMax) {
      full.push(...blocks);
      blocks = [];
    }
    for (const group of [full, blocks]) if (group !== null && group.length > 0) give(pieceOf(group, headings));
    full = null;
    blocks = [];
  }

  function startSection(next: readonly string[], isTitle: boolean): void {
    const title = isTitle ? open : null;
    if (isTitle) open = null;
    endBlock();
    // A title with nothing below it goes with the one that follows.
    if (full !== null || !isTitles()) release();
    headings = next;
    if (title !== null) blocks.push({ ...title, isBody: false });
  }

  return {
    add,
    endBlock,
    blank: () => {
      endBlock();
      blanks = Math.min(blanks + 1, blanksMax);
    },
    startSection,
    openLines: () => open?.lines ?? [],
    end: () => {
      endBlock();
      release();
    },
  };
}

const sizeOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { size }) => sum + size, 0);

/** One block in three ends a piece, and always the same ones. */
const isSeam = ({ lines }: Block): boolean => Bun.hash.crc32(lines.join("\n")) % 3 === 0;

function pieceOf(blocks: readonly Block[], headings: readonly string[]): Piece {
  let text = "";
  for (const [i, { lines, blanksBefore }] of blocks.entries()) {
    if (i > 0) text += "\n".repeat(1 + blanksBefore);
    text += lines.join("\n");
  }
  const [first, last] = [blocks[0], blocks.at(-1)];
  return { text, line: first?.line ?? 0, lineEnd: last?.lineEnd ?? 0, headings, fields: null };
}
