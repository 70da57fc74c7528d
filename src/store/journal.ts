/** The journal: our own database beside the target. This file opens it, migrates it, and ties it to its target. */

import type { Database } from "bun:sqlite";
import { Problem } from "../core/problem.ts";
import { type Connection, openDatabase, openProblem } from "./database.ts";
import schema from "./journal.sql" with { type: "text" };
import { transact, type Waiting } from "./lock.ts";

/** Marks a SQLite file as a journal of ours ("enrd"). */
const applicationId = 0x656e7264;
/** Each entry takes a journal from its index to the next version. */
const migrations: readonly string[] = [schema];

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
  checkVersion(db, path);
  checkIdentity(db, path, identity);
}

function prepare(db: Database, path: string, identity: Identity): void {
  const version = checkVersion(db, path);
  for (const migration of migrations.slice(version)) db.run(migration);
  db.run(`PRAGMA application_id = ${applicationId}`);
  db.run(`PRAGMA user_version = ${migrations.length}`);
  checkIdentity(db, path, identity);
  const write = db.query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");
  for (const [key, value] of Object.entries(identity)) if (value !== null) write.run(key, value);
}

function checkVersion(db: Database, path: string): number {
  const version = numberOf(db, "user_version");
  const tables = db.query<{ n: number }, []>("SELECT count(*) AS n FROM sqlite_master").get()?.n ?? 0;
  if (tables > 0 && numberOf(db, "application_id") !== applicationId)
    throw new Problem(
      "config",
      "this file is a database, but not a journal of enrichd",
      path,
      "name another file with --journal, or move this one away",
    );
  if (version > migrations.length)
    throw new Problem(
      "config",
      `the journal has version ${version}, and this enrichd knows versions up to ${migrations.length}`,
      path,
      "use the newer enrichd that wrote it, or another file with --journal",
    );
  return version;
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

function numberOf(db: Database, pragma: "user_version" | "application_id"): number {
  const row = db.query<Record<string, number>, []>(`PRAGMA ${pragma}`).get();
  return row?.[pragma] ?? 0;
}
