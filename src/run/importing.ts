/**
 * Importing: reads sources one after the other and puts their chunks into our own database, a batch at a time. What
 * cannot be read is counted, and the rest goes in. Whatever stops it, the batches before are in, and the same call
 * again adds only what is missing.
 */

import { headOf } from "../core/points.ts";
import { Problem } from "../core/problem.ts";
import { chunkOf, type Naming } from "../import/chunk.ts";
import { type ImportSource, type Input, inputsOf } from "../import/input.ts";
import type { FieldNames } from "../import/jsonl.ts";
import type { LeftOutRule } from "../import/left-out.ts";
import type { Format } from "../import/piece.ts";
import { readInput } from "../import/read.ts";
import { type Connection, openProblem } from "../store/database.ts";
import { transact, type Waiting } from "../store/lock.ts";
import { addChunks, type NewChunk } from "../store/own-chunks.ts";

export interface ImportOptions extends Naming {
  /** One of ours, as openOwn gives it. */
  readonly file: Connection;
  readonly sources: readonly ImportSource[];
  /** Null: by the ending; standard input is text. */
  readonly format: Format | null;
  readonly fieldNames: FieldNames;
  /** The first input that cannot be read is a Problem; what was read before it is in. */
  readonly strict: boolean;
  readonly waiting: Waiting;
  readonly stopping: AbortSignal;
  readonly onProgress?: (counts: ImportCounts) => void;
}

export interface ImportCounts {
  readonly files: number;
  readonly added: number;
  readonly known: number;
  readonly bytes: number;
  /** What did not become a chunk, on purpose, by the rule. */
  readonly leftOut: Readonly<Partial<Record<LeftOutRule, number>>>;
  /** Kinds of records that are not known, the first hundred by name. */
  readonly unknown: Readonly<Record<string, number>>;
  /** Files by the encoding that they were converted from. */
  readonly converted: Readonly<Record<string, number>>;
  /** The first ones; `problemsTotal` counts all. */
  readonly problems: readonly Trouble[];
  readonly problemsTotal: number;
}

/** Something that could not be read. */
export interface Trouble {
  readonly file: string;
  /** Null: it is about the file as a whole. */
  readonly line: number | null;
  readonly reason: string;
}

export interface ImportResult extends ImportCounts {
  readonly stopped: boolean;
}

const troublesKept = 100;
/** Kinds of unknown records that are told apart; a file of another program may have a new one on each line. */
const unknownKept = 100;
const unknownChars = 60;
/** A transaction is as long as the rows it writes. */
const batchChunks = 200;
const batchChars = 2 ** 20;

export async function importSources(options: ImportOptions): Promise<ImportResult> {
  const { file, stopping, waiting } = options;
  const counts = { files: 0, added: 0, known: 0, bytes: 0, problemsTotal: 0 };
  const converted: Record<string, number> = {};
  const problems: Trouble[] = [];
  const leftOut: Partial<Record<LeftOutRule, number>> = {};
  const unknown = new Map<string, number>();
  const wallMs = waiting.clock.wallMs();
  let batch: NewChunk[] = [];
  let first: Trouble | null = null;

  const isFaulty = (): boolean => options.strict && first !== null;
  const isOver = (): boolean => stopping.aborted || isFaulty();
  const now = (): ImportCounts => ({ ...counts, converted, leftOut, unknown: Object.fromEntries(unknown), problems });

  function trouble(name: string, line: number | null, reason: string): void {
    const found = { file: name, line, reason };
    first ??= found;
    counts.problemsTotal++;
    if (problems.length < troublesKept) problems.push(found);
  }

  function countUnknown(type: string): void {
    const short = headOf(type.toWellFormed(), unknownChars);
    const name = unknown.has(short) || unknown.size < unknownKept ? short : "others";
    unknown.set(name, (unknown.get(name) ?? 0) + 1);
  }

  function leaveOut(rule: LeftOutRule): void {
    leftOut[rule] = (leftOut[rule] ?? 0) + 1;
  }

  async function write(): Promise<void> {
    while (batch.length > 0) {
      const part = batch.slice(0, batchSize(batch));
      const { added, known } = await transact(file.db, file.path, () => addChunks(file.db, part), waiting);
      batch = batch.slice(part.length);
      counts.added += added;
      counts.known += known;
      options.onProgress?.(now());
      // A signal is heard only between turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function read(input: Input): Promise<void> {
    const createdAt = new Date(input.changedMs() ?? wallMs).toISOString();
    let isThere = false;
    const { isBinary, encoding } = await readInput(input, {
      ...{ names: options.fieldNames, stopping },
      onPiece: (piece) => {
        // In strict reading, what comes after the fault stays out.
        if (!isFaulty()) batch.push(chunkOf(piece, input, createdAt, options));
      },
      onLeftOut: leaveOut,
      onUnknown: countUnknown,
      onTrouble: (line, reason) => trouble(input.name, line, reason),
      onBlock: async (bytes) => {
        isThere = true;
        counts.bytes += bytes;
        if (batchSize(batch) < batch.length) await write();
        return isOver() ? "enough" : "go on";
      },
    });
    if (isBinary) leaveOut("binary");
    else if (isThere) counts.files++;
    if (encoding !== null) converted[encoding] = (converted[encoding] ?? 0) + 1;
  }

  try {
    const report = (name: string, reason: string): void => trouble(name, null, reason);
    for (const input of inputsOf(options.sources, options.format, { report, leaveOut })) {
      if (isOver()) break;
      await read(input);
    }
    await write();
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) return { ...now(), stopped: true };
    throw openProblem(error, file.path);
  }
  if (options.strict && first !== null) throw strictProblem(first);
  return { ...now(), stopped: stopping.aborted };
}

/** How many chunks go into the next transaction; all of them when they are few. */
function batchSize(batch: readonly NewChunk[]): number {
  let chars = 0;
  for (const [i, { content }] of batch.entries()) {
    chars += content.length;
    if (i + 1 === batchChunks || chars >= batchChars) return i + 1;
  }
  return batch.length;
}

const strictProblem = ({ file, line, reason }: Trouble): Problem =>
  new Problem(
    "bad_input",
    reason,
    line === null ? file : `${file}:${line}`,
    "mend it and import again, which adds only what is missing; or leave --strict out to take the rest in",
  );
