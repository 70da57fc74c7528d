/**
 * Chunks on their way into our own database, a transaction at a time, and with them how far their files have been read:
 * whatever stops an import, a file is never known to be read further than its chunks are in.
 */

import { fingerprintOf } from "../import/file.ts";
import type { Connection } from "../store/database.ts";
import { transact, type Waiting } from "../store/lock.ts";
import { type Added, addChunks, type NewChunk } from "../store/own-chunks.ts";
import { forgetSource, keepSource, type SourceRow } from "../store/own-sources.ts";

/** A transaction is as long as the rows it writes. */
const batchChunks = 200;
const batchChars = 2 ** 20;

export interface Progress {
  readonly row: Omit<SourceRow, "fingerprint">;
  /** Where the file is read now; `row.path` is what it was called. */
  readonly path: string;
  /** The row of the file that this one took the place of. */
  readonly replaces: SourceRow | null;
}

export interface Batch {
  readonly add: (chunk: NewChunk) => void;
  /** All that came of the file before `readTo` has been added. */
  readonly reached: (progress: Progress) => void;
  readonly isFull: () => boolean;
  /** Until nothing is left. */
  readonly write: () => Promise<void>;
}

export function createBatch(file: Connection, waiting: Waiting, onWritten: (added: Added) => void): Batch {
  let chunks: NewChunk[] = [];
  /** By file, with the number of chunks that must be in before it is true. */
  const reached = new Map<string, { readonly progress: Progress; after: number }>();

  async function writePart(): Promise<void> {
    const part = chunks.slice(0, partSize(chunks));
    const rows = due(part.length);
    const added = await transact(
      file.db,
      file.path,
      () => {
        const counts = addChunks(file.db, part);
        for (const { row, replaces } of rows) {
          if (replaces !== null) forgetSource(file.db, replaces);
          keepSource(file.db, row);
        }
        return counts;
      },
      waiting,
    );
    chunks = chunks.slice(part.length);
    for (const [key, one] of reached) {
      if (one.after <= part.length) reached.delete(key);
      else one.after -= part.length;
    }
    onWritten(added);
  }

  /** A file that is another one by now keeps nothing. */
  function due(written: number): { readonly row: SourceRow; readonly replaces: SourceRow | null }[] {
    const rows = [];
    for (const { progress, after } of reached.values()) {
      const { row, path, replaces } = progress;
      const fingerprint = after <= written ? fingerprintOf(path, row.readTo, row.identity) : null;
      if (fingerprint !== null) rows.push({ row: { ...row, fingerprint }, replaces });
    }
    return rows;
  }

  return {
    add: (chunk) => void chunks.push(chunk),
    reached: (progress) => {
      const { identity, reading } = progress.row;
      reached.set(`${identity} ${reading}`, { progress, after: chunks.length });
    },
    isFull: () => partSize(chunks) < chunks.length,
    write: async () => {
      while (chunks.length > 0 || reached.size > 0) {
        await writePart();
        // A signal is heard only between turns of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

/** How many chunks go into the next transaction; all of them when they are few. */
function partSize(chunks: readonly NewChunk[]): number {
  let chars = 0;
  for (const [i, { content }] of chunks.entries()) {
    chars += content.length;
    if (i + 1 === batchChunks || chars >= batchChars) return i + 1;
  }
  return chunks.length;
}
