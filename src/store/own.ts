/**
 * Our own database, the only one that is created and imported into: it is made, migrated, and told from others' here.
 * A BrainLayer database, or any other program's, is refused before it is opened for writing.
 */

import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { Problem } from "../core/problem.ts";
import { type Connection, openDatabase, openProblem } from "./database.ts";
import { inspectFile, requireWritable } from "./file.ts";
import { transact, untilFree, type Waiting } from "./lock.ts";
import schema from "./own.sql" with { type: "text" };
import { openForReading } from "./read-only.ts";

/** Marks a SQLite file as a database of ours ("enrc"). */
const applicationId = 0x656e7263;
/** Each entry takes a database from its index to the next version. */
const migrations: readonly string[] = [schema];

/** Opens our own database, made where there is none. Throws a Problem when it is somebody else's, or of a newer version. */
export async function openOwn(path: string, waiting: Waiting): Promise<Connection> {
  // Opening to write turns on WAL, which would be a change to a database that is not ours.
  if (isFilled(path)) await checkBefore(path, waiting);
  const connection = await openDatabase(path, "create", waiting);
  try {
    requireWritable(connection.path);
    // Each id is looked up all over the file: through a map of it, all of it would count as this process's memory.
    connection.db.run("PRAGMA mmap_size = 0");
    connection.db.run("PRAGMA cache_size = -16384");
    await transact(connection.db, connection.path, () => prepare(connection.db, connection.path), waiting);
    return connection;
  } catch (error) {
    connection.close();
    throw openProblem(error, connection.path);
  }
}

/** What is filled may be somebody's; an absent or empty file is nobody's yet. */
function isFilled(path: string): boolean {
  return (statSync(inspectFile(path, true), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

async function checkBefore(path: string, waiting: Waiting): Promise<void> {
  const { file } = await openForReading(path, waiting);
  try {
    await untilFree(file.path, () => versionOf(file.db, file.path), waiting);
  } finally {
    file.close();
  }
}

function prepare(db: Database, path: string): void {
  const version = versionOf(db, path);
  if (version === migrations.length) return;
  for (const migration of migrations.slice(version)) db.run(migration);
  db.run(`PRAGMA application_id = ${applicationId}`);
  db.run(`PRAGMA user_version = ${migrations.length}`);
}

/** 0 for a database without any table, which another process of ours may just be making. */
function versionOf(db: Database, path: string): number {
  const id = numberOf(db, "application_id");
  const version = numberOf(db, "user_version");
  const tables = db.query<{ name: string }, []>("SELECT name FROM sqlite_master").all();
  const isEmpty = tables.length === 0 && id === 0 && version === 0;
  if (!isEmpty && id !== applicationId) throw foreign(tables, path);
  if (version > migrations.length)
    throw new Problem(
      "config",
      `the database has version ${version}, and this enrichd knows versions up to ${migrations.length}`,
      path,
      "use the newer enrichd that wrote it, or another file with --db",
    );
  return version;
}

function foreign(tables: readonly { name: string }[], path: string): Problem {
  const isBrainLayer = tables.some(({ name }) => name === "chunks");
  const what = isBrainLayer
    ? "this looks like a BrainLayer database: enrichd describes what is in it, but imports only into one of its own"
    : "this database belongs to another program, and enrichd imports only into one of its own";
  return new Problem("bad_input", what, path, "name another file with --db, or leave --db out to use our own");
}

function numberOf(db: Database, pragma: "user_version" | "application_id"): number {
  const row = db.query<Record<string, number>, []>(`PRAGMA ${pragma}`).get();
  return row?.[pragma] ?? 0;
}
