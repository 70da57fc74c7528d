/** Reads one input from its first block to its last, and tells what of it could not be read. It writes nothing. */

import { codeAt } from "./code/open.ts";
import { convertInto, passOn } from "./convert.ts";
import { type Input, whyUnreadable } from "./input.ts";
import type { FieldNames } from "./jsonl.ts";
import type { LeftOutRule } from "./left-out.ts";
import { createPieceReader } from "./parse.ts";
import type { Mark, Piece } from "./piece.ts";

export interface ReadParts {
  readonly names: FieldNames;
  readonly stopping: AbortSignal;
  readonly onPiece: (piece: Piece) => void;
  readonly onLeftOut: (rule: LeftOutRule) => void;
  /** A kind of record that is not known. */
  readonly onUnknown: (type: string) => void;
  /** Line null: it is about the whole. */
  readonly onTrouble: (line: number | null, reason: string) => void;
  /** After each block of so many bytes: the place to write what has come, and to say that it is enough. */
  readonly onBlock: (bytes: number, mark: () => Mark | null) => Promise<"go on" | "enough">;
  /** Where the file can be gone on with; null where it cannot. All that was before has come, and a last line may follow. */
  readonly onEnd: (mark: Mark | null) => void;
  /** Of the same file, given earlier. */
  readonly from: Mark | undefined;
  /** A last line without its end may be one half: it is told of only if it is whole. */
  readonly isGrowing: boolean;
}

/** What an input turned out to be. */
export interface Reading {
  /** None of it was read. */
  readonly isBinary: boolean;
  /** WHATWG's name of the encoding that it was converted from; null for UTF-8. */
  readonly encoding: string | null;
}

export async function readInput(input: Input, parts: ReadParts): Promise<Reading> {
  const { stopping, onTrouble, from, isGrowing } = parts;
  let bytes = 0;
  let silent = true;
  let isHalf = false;
  /** That something came of it is known by this. */
  const heard =
    <T extends unknown[]>(tell: (...values: T) => void) =>
    (...values: T): void => {
      silent = false;
      if (!isHalf) tell(...values);
    };
  const piece = (found: Piece): void => {
    silent = false;
    parts.onPiece(found);
  };
  const output = { piece, problem: heard(onTrouble) };
  const skipped = { leftOut: heard(parts.onLeftOut), unknown: heard(parts.onUnknown) };
  const code = input.format === "code" ? await codeAt(input.name, input.isNamed) : undefined;
  const reader = createPieceReader(input.format, parts.names, { ...output, ...skipped }, from, code);
  const conversion = input.format === "git" || from !== undefined ? passOn(reader) : convertInto(reader, input.isGuess);
  const mark = (): Mark | null => (conversion.label() === null ? reader.mark() : null);
  const reading = (isBinary: boolean): Reading => ({ isBinary, encoding: conversion.label() });
  const failed = { reason: "" };
  for await (const block of untilStopped(readable(input, from?.offset, failed), stopping)) {
    bytes += block.length;
    if (!conversion.write(block)) return reading(true);
    if ((await parts.onBlock(block.length, mark)) === "enough") return reading(false);
  }
  if (!conversion.flush()) return reading(true);
  const last = mark();
  parts.onEnd(last);
  if (stopping.aborted) return reading(false);
  if (failed.reason !== "") onTrouble(null, failed.reason);
  isHalf = isGrowing && last !== null;
  reader.end();
  // An empty file of code is a mark of its language (`__init__.py`).
  if (silent && failed.reason === "" && code === undefined && from === undefined && !isHalf)
    onTrouble(null, bytes === 0 ? "it is empty" : "there is no text in it");
  return reading(false);
}

/** The blocks up to where the file can no longer be read. */
async function* readable(
  input: Input,
  from: number | undefined,
  failed: { reason: string },
): AsyncGenerator<Uint8Array> {
  try {
    yield* input.open(from);
  } catch (error) {
    failed.reason = whyUnreadable(error);
  }
}

/** The blocks until a stop, also where the next one would be waited for without end (a terminal, a pipe). */
async function* untilStopped(blocks: AsyncGenerator<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = Promise.withResolvers<null>();
  const onStop = (): void => stop.resolve(null);
  signal.addEventListener("abort", onStop, { once: true });
  try {
    while (!signal.aborted) {
      const next = await Promise.race([blocks.next(), stop.promise]);
      if (next === null || next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onStop);
    // Not waited for: a read that hangs would hang this too.
    void blocks.return(undefined).catch(() => {});
  }
}
