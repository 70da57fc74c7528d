/** Reads one input after the other into our own database: what is new of each, where it is known what was read before. */

import { chunkOf } from "../import/chunk.ts";
import { fileBytes } from "../import/file.ts";
import type { Input } from "../import/input.ts";
import type { Mark } from "../import/piece.ts";
import { readInput } from "../import/read.ts";
import { createBatch } from "./import-batch.ts";
import { findPlace, type Place, readingOf } from "./import-place.ts";
import { createTally, type Tally } from "./import-tally.ts";
import type { ImportOptions } from "./importing.ts";

export interface Importer {
  readonly tally: Tally;
  /** A stop, or in strict reading the first fault. */
  readonly isOver: () => boolean;
  /** `isGrowing`: its last line may not be whole yet. Gives where those are that had its name before. */
  readonly read: (input: Input, isGrowing: boolean) => Promise<readonly string[]>;
  /** What has been read goes in. */
  readonly write: () => Promise<void>;
}

const tidyBytes = 32 * 2 ** 20;

export function createImporter(options: ImportOptions): Importer {
  const { file, stopping, waiting, strict, fieldNames } = options;
  const tally = createTally();
  const batch = createBatch(file, waiting, (added) => {
    tally.add(added);
    options.onProgress?.(tally.now());
  });
  const wallMs = waiting.clock.wallMs();
  const seen = new Set<string>();
  let untidyBytes = 0;
  const isFaulty = (): boolean => strict && tally.first() !== null;
  const isOver = (): boolean => stopping.aborted || isFaulty();

  const flagsOf = ({ format }: Input): string =>
    readingOf(format, options.project, options.source, fieldNames.id, fieldNames.text);

  async function placeOf(input: Input): Promise<Place | null> {
    // In strict reading each fault is told, also one that was passed over before.
    if (input.path === null || strict) return null;
    const place = await findPlace(file, waiting, { path: input.path, name: input.name, reading: flagsOf(input) });
    return place === null || !options.fromStart || seen.has(place.identity)
      ? place
      : { ...place, from: undefined, chunks: 0 };
  }

  async function read(input: Input, isGrowing: boolean): Promise<readonly string[]> {
    const place = await placeOf(input);
    const renamed = place?.renamed ?? [];
    // What was written to it before another file took its name comes first, and under that name.
    for (const path of renamed) await read(renamedInput(input, path), isGrowing);
    await readFrom(input, place, isGrowing);
    return renamed;
  }

  /** Texts that nobody needs any more are kept too long: their memory is outside of the heap that the collector counts. */
  function tidy(bytes: number): void {
    untidyBytes += bytes;
    if (untidyBytes < tidyBytes) return;
    untidyBytes = 0;
    Bun.gc(true);
  }

  async function readFrom(input: Input, place: Place | null, isGrowing: boolean): Promise<void> {
    const createdAt = new Date(input.changedMs() ?? wallMs).toISOString();
    let isThere = place?.from !== undefined;
    let chunks = place?.chunks ?? 0;
    const isFirst = place === null || !seen.has(place.identity);
    if (place !== null) seen.add(place.identity);
    if (isFirst) tally.add({ known: chunks });

    function reached(mark: Mark | null): void {
      if (mark === null || place === null || input.path === null) return;
      if (mark.offset === (place.from?.offset ?? 0) && place.replaces === null) return;
      const { offset, ...rest } = mark;
      const { identity, replaces } = place;
      const row = {
        identity,
        reading: flagsOf(input),
        path: input.name,
        readTo: offset,
        mark: JSON.stringify(rest),
        chunks,
      };
      batch.reached({ row, path: input.path, replaces });
    }

    const { isBinary, encoding } = await readInput(input, {
      ...{ names: fieldNames, stopping, isGrowing, from: place?.from },
      onPiece: (piece) => {
        // In strict reading, what comes after the fault stays out.
        if (isFaulty()) return;
        batch.add(chunkOf(piece, input, createdAt, options));
        chunks++;
      },
      onLeftOut: tally.leaveOut,
      onUnknown: tally.unknown,
      onTrouble: (line, reason) => tally.trouble(input.name, line, reason),
      onBlock: async (bytes, markNow) => {
        isThere = true;
        tally.add({ bytes });
        tidy(bytes);
        if (batch.isFull()) {
          reached(markNow());
          await batch.write();
        }
        return isOver() ? "enough" : "go on";
      },
      onEnd: reached,
    });
    if (isBinary) tally.leaveOut("binary");
    else if (isThere && isFirst) tally.add({ files: 1 });
    if (encoding !== null) tally.convert(encoding);
  }

  return { tally, isOver, read, write: batch.write };
}

/** A file that is read at another path, and keeps the name that it had. */
export const renamedInput = (input: Input, path: string): Input => ({
  ...input,
  path,
  open: (from) => fileBytes(path, from),
});
