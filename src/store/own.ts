/**
 * Our own database, the only one that is created and imported into: it is made, migrated, and told from others' here.
 * A BrainLayer database, or any other program's, is refused before it is opened for writing.
 */

import { statSync } from "node:fs";
import { Problem } from "../core/problem.ts";
import { type Connection, openDatabase, openProblem } from "./database.ts";
import { inspectFile, requireWritable } from "./file.ts";
import { transact, untilFree, type Waiting } from "./lock.ts";
import first from "./own.sql" with { type: "text" };
import extra from "./own-extra.sql" with { type: "text" };
import marks from "./own-marks.sql" with { type: "text" };
import sources from "./own-sources.sql" with { type: "text" };
import { openForReading } from "./read-only.ts";
import { isMarked, migrate, type Schema, versionOf } from "./schema.ts";

const schema: Schema = {
  ...{ name: "database", flag: "--db", migrations: [first, extra, sources, marks], foreign },
  // "enrc"
  applicationId: 0x656e7263,
};

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
    await transact(connection.db, connection.path, () => migrate(connection.db, connection.path, schema), waiting);
    return connection;
  } catch (error) {
    connection.close();
    throw openProblem(error, connection.path);
  }
}

/** Brings a database of ours that is open to be written to this version; any other is left as it is. */
export async function upgradeOwn({ db, path }: Connection, waiting: Waiting): Promise<void> {
  const isOlder = (): boolean => isMarked(db, schema) && versionOf(db, path, schema) < schema.migrations.length;
  if (await untilFree(path, isOlder, waiting)) await transact(db, path, () => migrate(db, path, schema), waiting);
}

/** What is filled may be somebody's; an absent or empty file is nobody's yet. */
function isFilled(path: string): boolean {
  return (statSync(inspectFile(path, true), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

async function checkBefore(path: string, waiting: Waiting): Promise<void> {
  const { file } = await openForReading(path, waiting);
  try {
    await untilFree(file.path, () => versionOf(file.db, file.path, schema), waiting);
  } finally {
    file.close();
  }
}

function foreign(tables: readonly string[], path: string): Problem {
  const isBrainLayer = tables.includes("chunks");
  const what = isBrainLayer
    ? "this looks like a BrainLayer database: enrichd describes what is in it, but imports only into one of its own"
    : "this database belongs to another program, and enrichd imports only into one of its own";
  return new Problem("bad_input", what, path, "name another file with --db, or leave --db out to use our own");
}
