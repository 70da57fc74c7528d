/** The schema of the databases that are ours: told from others' by their mark, refused when newer, migrated when older. */

import type { Database } from "bun:sqlite";
import { Problem } from "../core/problem.ts";

export interface Schema {
  /** What messages call it. */
  readonly name: "journal" | "database" | "register";
  /** What names another one. */
  readonly flag: "--journal" | "--db" | "XDG_STATE_HOME";
  /** Marks a SQLite file as one of these. */
  readonly applicationId: number;
  /** Each entry takes a database from its index to the next version. */
  readonly migrations: readonly string[];
  /** What to say of a database that has tables and not our mark. */
  readonly foreign: (tables: readonly string[], path: string) => Problem;
}

/** 0 for a database without any table, which another process of ours may just be making. Throws a Problem. */
export function versionOf(db: Database, path: string, schema: Schema): number {
  // Of one moment: while another process makes the database, a mark from before and tables from after are somebody else's.
  const { id, version, tables } = db.inTransaction ? look(db) : db.transaction(() => look(db))();
  const isEmpty = tables.length === 0 && id === 0 && version === 0;
  if (!isEmpty && id !== schema.applicationId) throw schema.foreign(tables, path);
  const known = schema.migrations.length;
  if (version <= known) return version;
  const what = `the ${schema.name} has version ${version}, and this enrichd knows versions up to ${known}`;
  throw new Problem("config", what, path, `use the newer enrichd that wrote it, or another file with ${schema.flag}`);
}

function look(db: Database): { id: number; version: number; tables: string[] } {
  const [id, version] = [numberOf(db, "application_id"), numberOf(db, "user_version")];
  const rows = db.query<{ name: string }, []>("SELECT name FROM sqlite_master").all();
  return { id, version, tables: rows.map(({ name }) => name) };
}

export const isMarked = (db: Database, { applicationId }: Schema): boolean =>
  numberOf(db, "application_id") === applicationId;

/** Runs inside the caller's IMMEDIATE transaction. */
export function migrate(db: Database, path: string, schema: Schema): void {
  const version = versionOf(db, path, schema);
  if (version === schema.migrations.length) return;
  for (const migration of schema.migrations.slice(version)) db.run(migration);
  db.run(`PRAGMA application_id = ${schema.applicationId}`);
  db.run(`PRAGMA user_version = ${schema.migrations.length}`);
}

function numberOf(db: Database, pragma: "user_version" | "application_id"): number {
  return db.query<Record<string, number>, []>(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0;
}
