/**
 * What the `chunks` table of a target can hold, read from its columns and indexes, and read again when another program
 * has changed them. It never looks at a version number, and it never changes the table.
 */

import type { Database } from "bun:sqlite";
import { Problem } from "../../core/problem.ts";
import type { Layout } from "../target.ts";

export interface Columns {
  readonly layout: Layout;
  readonly has: (column: string) => boolean;
  /** The column as SQL, or NULL where the table has none. */
  readonly sql: (column: string) => string;
  /**
   * The index through which pending rows are found in the order of their rowid, as `INDEXED BY name`, with the column
   * that it is on; `NOT INDEXED` where there is none. The planner is not left to choose: statistics that are out of
   * date send it through the whole table.
   */
  readonly pending: { readonly by: string; readonly column: "enrich_status" | "enriched_at" };
  /** `INDEXED BY name` for rows of one conversation; null where they could only be found by reading everything. */
  readonly conversation: string | null;
}

/** Without these there is nothing to ask about, or no place to say that it was done. */
const needed = ["id", "content", "enriched_at"];

/**
 * The columns as they are now. BrainLayer migrates its database when it starts, also while we run; by the rules of the
 * older generation we would then write what the newer one forbids. Asked inside the transaction that uses them, they
 * hold until its end. Throws as readColumns.
 */
export function currentColumns(db: Database, path: string): () => Columns {
  let known: { readonly version: number; readonly columns: Columns } | null = null;
  return () => {
    const sql = "PRAGMA schema_version";
    const version = db.query<{ schema_version: number }, []>(sql).get()?.schema_version ?? 0;
    if (known?.version !== version) known = { version, columns: readColumns(db, path) };
    return known.columns;
  };
}

/** Throws a Problem of kind `bad_input` when `path` has no table of chunks that can be enriched. */
export function readColumns(db: Database, path: string): Columns {
  const kind = db
    .query<{ type: string }, [string]>("SELECT type FROM sqlite_master WHERE name = ?")
    .get("chunks")?.type;
  if (kind !== "table")
    throw new Problem(
      "bad_input",
      kind === undefined ? "this database has no table `chunks`" : `\`chunks\` is a ${kind} here, not a table`,
      path,
      "name a BrainLayer database with --db, or make one of your own with `enrichd import PATH`",
    );
  const names = new Set(
    db
      .query<{ name: string }, []>("PRAGMA table_info(chunks)")
      .all()
      .map(({ name }) => name),
  );
  const missing = needed.filter((name) => !names.has(name));
  if (missing.length > 0)
    throw new Problem(
      "bad_input",
      `the table \`chunks\` has no column ${missing.join(", ")}`,
      path,
      "open it once with BrainLayer, which adds its columns, or name another database with --db",
    );
  const has = (column: string): boolean => names.has(column);
  const own = db.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'enrichd_meta'").get() !== null;
  return {
    layout: own ? "own" : has("enrich_status") ? "brainlayer-2" : "brainlayer-1",
    has,
    sql: (column) => (has(column) ? `chunks.${column}` : "NULL"),
    pending: pendingIndex(db, has),
    conversation: indexOn(db, "conversation_id"),
  };
}

/** Of two that would do, the status leaves out rows given up or too short, which keep `enriched_at` NULL for ever. */
function pendingIndex(db: Database, has: Columns["has"]): Columns["pending"] {
  const byStatus = has("enrich_status") ? indexOn(db, "enrich_status") : null;
  if (byStatus !== null) return { by: byStatus, column: "enrich_status" };
  return { by: indexOn(db, "enriched_at") ?? "NOT INDEXED", column: "enriched_at" };
}

/** Only an index on this one column has the rows of one value in the order of their rowid. */
export function indexOn(db: Database, column: string): string | null {
  const sql = `SELECT i.name AS name FROM pragma_index_list('chunks') i
    WHERE i.partial = 0 AND (SELECT count(*) FROM pragma_index_info(i.name)) = 1
      AND (SELECT c.name FROM pragma_index_info(i.name) c) = ? LIMIT 1`;
  const name = db.query<{ name: string }, [string]>(sql).get(column)?.name;
  return name === undefined ? null : `INDEXED BY "${name.replaceAll('"', '""')}"`;
}
