/** The journal: our own database beside the target. This file opens it, migrates it, and ties it to its target. */

import type { Database } from "bun:sqlite";
import { Problem } from "../core/problem.ts";
import { type Connection, openDatabase, openProblem } from "./database.ts";
import first from "./journal.sql" with { type: "text" };
import { transact, type Waiting } from "./lock.ts";
import { migrate, type Schema, versionOf } from "./schema.ts";

const schema: Schema = {
  ...{ name: "journal", flag: "--journal", migrations: [first] },
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
  const connection = await openDatabase(path, "create", waiting);
  try {
    await transact(connection.db, path, () => prepare(connection.db, path, identity), waiting);
    return connection;
  } catch (error) {
    connection.close();
    throw openProblem(error, path);
  }
}

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
