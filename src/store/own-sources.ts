/** How far files have been read, in our own database: found by the file itself or by its path, kept with its chunks. */

import type { Database } from "bun:sqlite";

export interface SourceRow {
  /** Which file on the disk, whatever it is called. */
  readonly identity: string;
  /** How it was read: what came of it otherwise is something else. */
  readonly reading: string;
  readonly path: string;
  readonly readTo: number;
  readonly fingerprint: string;
  /** JSON. */
  readonly mark: string;
  readonly chunks: number;
}

const columns = "identity, reading, path, read_to AS readTo, fingerprint, mark, chunks";

/** The file first, then those that were at its path before it. */
export function sourcesAt(db: Database, identity: string, path: string, reading: string): SourceRow[] {
  return db
    .query<SourceRow, [string, string, string, string]>(
      `SELECT ${columns} FROM enrichd_sources WHERE reading = ? AND (identity = ? OR path = ?) ORDER BY identity <> ?`,
    )
    .all(reading, identity, path, identity);
}

/** Runs inside the transaction that adds the chunks before `readTo`. */
export function keepSource(db: Database, row: SourceRow): void {
  if (!db.inTransaction) throw new Error("keepSource needs a transaction around it");
  const { identity, reading, path, readTo, fingerprint, mark, chunks } = row;
  db.query(
    `INSERT OR REPLACE INTO enrichd_sources (identity, reading, path, read_to, fingerprint, mark, chunks)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(identity, reading, path, readTo, fingerprint, mark, chunks);
}

/** A file that took another's place and goes on where that ended: what was kept of the other one. */
export function forgetSource(db: Database, { identity, reading }: Pick<SourceRow, "identity" | "reading">): void {
  db.query("DELETE FROM enrichd_sources WHERE identity = ? AND reading = ?").run(identity, reading);
}
