/** All that a SQLite file holds, table by table, to compare it before and after. */

import { Database } from "bun:sqlite";

export type Values = Readonly<Record<string, unknown>>;

export interface Contents {
  readonly schema: readonly Values[];
  readonly journalMode: unknown;
  /** Rows in the order of the file. Of virtual tables, the tables that they keep their data in. */
  readonly tables: ReadonlyMap<string, readonly Values[]>;
}

export function contentsOf(path: string): Contents {
  const db = new Database(path, { readonly: true });
  const schema = db.query<{ type: string; name: string; sql: string | null }, []>(
    "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
  );
  const tables = schema
    .all()
    .filter(({ type, sql }) => type === "table" && sql?.startsWith("CREATE VIRTUAL") === false)
    .map(({ name }) => [name, db.query<Values, []>(`SELECT * FROM "${name}"`).all()] as const);
  const contents = {
    ...{ schema: schema.all(), journalMode: db.query("PRAGMA journal_mode").get() },
    tables: new Map(tables),
  };
  db.close();
  return contents;
}

/** The tables whose rows differ. */
export function changedTables(before: Contents, after: Contents): string[] {
  const names = new Set([...before.tables.keys(), ...after.tables.keys()]);
  return [...names].filter((name) => !Bun.deepEquals(before.tables.get(name), after.tables.get(name))).sort();
}

/** What differs between two states of one row: the values it has afterwards. */
export function changedValues(before: Values | undefined, after: Values): Values {
  return Object.fromEntries(Object.entries(after).filter(([column, value]) => before?.[column] !== value));
}
