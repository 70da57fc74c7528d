/**
 * The log file of a server: read as it grows, its last lines kept, its size bounded. The server itself writes the file
 * (we add only why we end it), never a pipe to us: a pipe would break, and the server with it, when the run that started it
 * is killed and another one goes on with it.
 */

import { closeSync, copyFileSync, fstatSync, openSync, readSync, truncateSync, writeSync } from "node:fs";

export interface Log {
  readonly path: string;
  /**
   * What was written since the last call, in whole lines; null when nothing was, or the disk does not let us read. A line
   * that grows counts as written.
   */
  readonly read: () => readonly string[] | null;
  /** Adds a line of ours, for whoever else reads it; on a full disk none, for what is done matters more than its telling. */
  readonly write: (line: string) => void;
  /** The last lines. */
  readonly last: (count: number) => readonly string[];
  readonly close: () => void;
}

/** At most twice this is on the disk: the file, and the one before it. */
const bytesMax = 4 * 1024 * 1024;
const bytesPerRead = 256 * 1024;
const linesKept = 200;
const lineCharsMax = 500;

/** A log that cannot be kept is no reason to stop watching its server: undefined where it could not be done. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return;
  }
}

/** From its present end on: what an earlier server wrote says nothing about this one. */
export function openLog(path: string, rotateBytes = bytesMax): Log {
  const file = openSync(path, "a+", 0o600);
  let offset = fstatSync(file).size;
  let rest = "";
  let kept: string[] = [];

  const read = (): string[] | null => tried(readOn) ?? null;

  function readOn(): string[] | null {
    const { size } = fstatSync(file);
    // It was cut by whoever reads it as well.
    if (size < offset) offset = 0;
    if (size === offset) return null;
    // A burst is skipped rather than read whole: its end is what matters.
    const from = Math.max(offset, size - bytesPerRead);
    const bytes = Buffer.alloc(size - from);
    offset = from + readSync(file, bytes, 0, bytes.length, from);
    // A progress bar ends its lines by going back to their start.
    const pieces = (rest + bytes.toString("utf8")).split(/[\r\n]+/);
    rest = (pieces.pop() ?? "").slice(-lineCharsMax);
    const lines = pieces.map((line) => Bun.stripANSI(line).trim().slice(0, lineCharsMax)).filter((line) => line !== "");
    kept = [...kept, ...lines].slice(-linesKept);
    if (size > rotateBytes) tried(rotate);
    return lines;
  }

  /**
   * Copied and cut, not renamed: the server goes on writing to the file that it has open. Cut also where there is no room
   * for a copy, and not where somebody else has just done it: his copy is whole.
   */
  function rotate(): void {
    if (fstatSync(file).size <= rotateBytes) return;
    tried(() => copyFileSync(path, `${path}.1`));
    truncateSync(path, 0);
    offset = 0;
  }

  // Opened to append, as by the server itself.
  const write = (line: string): void => void tried(() => writeSync(file, `${line}\n`));
  return { path, read, write, last: (count) => kept.slice(-count), close: () => closeSync(file) };
}

/** The last lines of a log that another process writes; none where it cannot be read. */
export function tailOfLog(path: string, count: number): readonly string[] {
  try {
    const file = openSync(path, "r");
    try {
      const from = Math.max(0, fstatSync(file).size - bytesPerRead);
      const bytes = Buffer.alloc(bytesPerRead);
      const text = bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, from));
      const lines = text.split(/[\r\n]+/).map((line) => Bun.stripANSI(line).trim().slice(0, lineCharsMax));
      return lines.filter((line) => line !== "").slice(-count);
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}
