/** The journal: our own database beside the target. This file opens it, migrates it, and ties it to its target. */

import type { Database } from "bun:sqlite";
import { Problem } from "../core/problem.ts";
import { type Connection, openDatabase, openProblem } from "./database.ts";
import { markNow } from "./file.ts";
import first from "./journal.sql" with { type: "text" };
import concessions from "./journal-concessions.sql" with { type: "text" };
import crashes from "./journal-crashes.sql" with { type: "text" };
import extras from "./journal-extras.sql" with { type: "text" };
import failures from "./journal-failures.sql" with { type: "text" };
import page from "./journal-page.sql" with { type: "text" };
import quality from "./journal-quality.sql" with { type: "text" };
import questions from "./journal-questions.sql" with { type: "text" };
import { transact, type Waiting } from "./lock.ts";
import { migrate, type Schema, versionOf } from "./schema.ts";

const schema: Schema = {
  ...{
    name: "journal",
    flag: "--journal",
    migrations: [first, questions, page, extras, failures, crashes, concessions, quality],
  },
  // "enrd"
  applicationId: 0x656e7264,
  foreign: (_, path) =>
    new Problem(
      "config",
      "this file is a database, but not a journal of enrichd",
      path,
      "name another file with --journal, or move this one away",
    ),
};

/** Which version this enrichd makes of it. */
export const journalVersion = schema.migrations.length;

/** Marks of a target; one in common is enough, since a file may be moved, restored, or have its first row deleted. */
export interface Identity {
  readonly path: string;
  /** Device and inode, as `dev:ino`. */
  readonly file: string;
  /** Given at creation; only our own databases have one. */
  readonly uuid: string | null;
  /** The id of the row with the smallest rowid; null while there is none. */
  readonly firstChunk: string | null;
}

/** Where the journal of a database is unless `--journal` says otherwise: `notes.db` has `notes.enrichd.db` beside it. */
export function journalPath(target: string): string {
  return `${target.replace(/\.(db|sqlite|sqlite3)$/i, "")}.enrichd.db`;
}

/** Opens the journal of a target, made or migrated where needed. Throws a Problem when it is newer or foreign. */
export async function openJournal(path: string, identity: Identity, waiting: Waiting): Promise<Connection> {
  let connection: Connection | null = null;
  try {
    connection = await openDatabase(path, "create", waiting);
    const { db } = connection;
    await transact(db, path, () => prepare(db, path, identity), waiting);
    return connection;
  } catch (error) {
    connection?.close();
    throw journalProblem(error, path);
  }
}

/** What a failure of the journal means for a person. Unlike the database, it can be done without. */
export function journalProblem(error: unknown, path: string): unknown {
  const problem = openProblem(error, path);
  // An answer that is not JSON any more was not written by us.
  const what = problem instanceof SyntaxError || (problem instanceof Problem && problem.kind === "bad_input");
  return what ? new Problem("bad_input", `the journal is damaged: ${problem.message}`, path, withoutIt) : problem;
}

/** Throws once `path` no longer names the file that has `mark`: what is kept there now is kept for nobody. */
export function requireJournal(path: string, mark: string): void {
  const now = markNow(path);
  if (now === mark) return;
  const what = now === null ? "was deleted or moved away" : "was replaced by another file";
  throw new Problem("io", `the journal ${what} while it was worked with; nothing more is asked`, path, putBack);
}

const kept = "all that is in the database is kept, and only answers on their way to it are asked for again";
const withoutIt = `move it away, with the -wal and -shm beside it, and run again: ${kept}`;
const putBack = `put it back, or run again without it: ${kept}`;

/** Checks a journal that was opened only to be read; a Problem as above. */
export function checkJournal(db: Database, path: string, identity: Identity): void {
  versionOf(db, path, schema);
  checkIdentity(db, path, identity);
}

function prepare(db: Database, path: string, identity: Identity): void {
  migrate(db, path, schema);
  checkIdentity(db, path, identity);
  const write = db.query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");
  for (const [key, value] of Object.entries(identity)) if (value !== null) write.run(key, value);
}

function checkIdentity(db: Database, path: string, identity: Identity): void {
  const rows = db.query<{ key: string; value: string }, []>("SELECT key, value FROM meta").all();
  const known = new Map(rows.map((row) => [row.key, row.value]));
  const marks = Object.entries(identity).filter(([key, value]) => value !== null && known.has(key));
  if (marks.length === 0 || marks.some(([key, value]) => known.get(key) === value)) return;
  throw new Problem(
    "config",
    `this journal belongs to another database: ${known.get("path") ?? "unknown"}`,
    path,
    "name another file with --journal, or move this one back beside its database",
  );
}
