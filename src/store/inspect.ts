/** What a database file says of itself, for `doctor`: modes, sizes, numbers of rows, state of a journal. It only reads, and little. */

import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { type RunningRun, runningRuns } from "./runs.ts";

export interface FileFacts {
  readonly journalMode: string;
  readonly pageBytes: number;
  readonly pages: number;
  readonly freePages: number;
  /** Full-text indexes of FTS5, and whether this program could keep them up. */
  readonly fts5Tables: number;
  readonly hasFts5: boolean;
}

export function fileFacts(db: Database): FileFacts {
  const fts =
    "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'";
  return {
    journalMode: String(pragma(db, "journal_mode")),
    pageBytes: Number(pragma(db, "page_size")),
    pages: Number(pragma(db, "page_count")),
    freePages: Number(pragma(db, "freelist_count")),
    fts5Tables: db.query<{ n: number }, []>(fts).get()?.n ?? 0,
    hasFts5: db.query("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").get() !== null,
  };
}

type Pragma = "journal_mode" | "page_size" | "page_count" | "freelist_count" | "user_version";

const pragma = (db: Database, name: Pragma): string | number | null =>
  db.query<Record<string, string | number>, []>(`PRAGMA ${name}`).get()?.[name] ?? null;

/** By the smallest index that there is: some hundred milliseconds for a million rows. */
export const countChunks = (db: Database): number =>
  db.query<{ n: number }, []>("SELECT count(*) AS n FROM chunks").get()?.n ?? 0;

/** Null where there is no such file. */
export const sizeOf = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.size ?? null;

export interface JournalFacts {
  readonly version: number;
  /** Written down as running: whether their processes are, only the system knows. */
  readonly running: readonly RunningRun[];
  /** Verdicts on their way to the database. */
  readonly due: number;
  /** Texts that were given up. */
  readonly quarantined: number;
}

export function journalFacts(db: Database): JournalFacts {
  const countOf = (sql: string): number => db.query<{ n: number }, []>(sql).get()?.n ?? 0;
  return {
    version: Number(pragma(db, "user_version")),
    running: runningRuns(db),
    due: countOf("SELECT count(*) AS n FROM members WHERE state = 'due'"),
    quarantined: countOf("SELECT count(*) AS n FROM contents WHERE kind IS NOT NULL AND state = 'quarantined'"),
  };
}
