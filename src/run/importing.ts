/**
 * Importing: reads sources one after the other and puts their chunks into our own database, a batch at a time. What
 * cannot be read is counted, and the rest goes in. Whatever stops it, the batches before are in, and the same call
 * again adds only what is missing.
 */

import { Problem } from "../core/problem.ts";
import type { Naming } from "../import/chunk.ts";
import { type ImportSource, inputsOf } from "../import/input.ts";
import type { FieldNames } from "../import/jsonl.ts";
import type { Format } from "../import/piece.ts";
import { type Connection, openProblem } from "../store/database.ts";
import type { Waiting } from "../store/lock.ts";
import type { ImportCounts, Trouble } from "./import-tally.ts";
import { createImporter } from "./importer.ts";

export interface ImportOptions extends Naming {
  /** One of ours, as openOwn gives it. */
  readonly file: Connection;
  readonly sources: readonly ImportSource[];
  /** Null: by the ending; standard input is text. */
  readonly format: Format | null;
  readonly fieldNames: FieldNames;
  /** The first input that cannot be read is a Problem; what was read before it is in. */
  readonly strict: boolean;
  /** Also where it is known how far a file was read before. */
  readonly fromStart?: boolean;
  readonly waiting: Waiting;
  readonly stopping: AbortSignal;
  readonly onProgress?: (counts: ImportCounts) => void;
}

export interface ImportResult extends ImportCounts {
  readonly stopped: boolean;
}

export async function importSources(options: ImportOptions): Promise<ImportResult> {
  const { file, stopping } = options;
  const importer = createImporter(options);
  const { tally } = importer;
  try {
    const report = (name: string, reason: string): void => tally.trouble(name, null, reason);
    for (const input of inputsOf(options.sources, options.format, { report, leaveOut: tally.leaveOut })) {
      if (importer.isOver()) break;
      await importer.read(input, false);
    }
    await importer.write();
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) return { ...tally.now(), stopped: true };
    throw openProblem(error, file.path);
  }
  const first = tally.first();
  if (options.strict && first !== null) throw strictProblem(first);
  return { ...tally.now(), stopped: stopping.aborted };
}

const strictProblem = ({ file, line, reason }: Trouble): Problem =>
  new Problem(
    "bad_input",
    reason,
    line === null ? file : `${file}:${line}`,
    "mend it and import again, which adds only what is missing; or leave --strict out to take the rest in",
  );
