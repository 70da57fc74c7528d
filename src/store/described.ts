/**
 * Reads chunks with what was written about them, the oldest first, in pages: each call reads a bounded number of rows
 * and bytes, and holds no read open after it.
 */

import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Connection } from "./database.ts";
import { type Columns, readColumns } from "./target/columns.ts";
import { statusSql } from "./target/status.ts";

/** A row as it stands; a column that the table does not have is null. Lists are JSON, as they were written. */
export interface Described extends Record<(typeof texts)[number], string | null> {
  readonly id: string;
  readonly content: string;
  readonly status: string;
  readonly position: number | null;
  readonly importance: number | null;
  /** JSON, as `marks`; both always null in somebody's table. */
  readonly extra: string | null;
  readonly marks: string | null;
  readonly sentiment_score: number | null;
}

export interface DescribedPage {
  readonly rows: readonly Described[];
  /** The rowid to go on above; null at the end. */
  readonly next: number | null;
}

export interface DescribedPages {
  /** `all`: also those that nobody has described. After null it starts at the first row. */
  readonly page: (all: boolean, after: number | null) => DescribedPage;
  readonly one: (id: string) => Described | null;
}

const texts = [
  ...(["content_type", "source", "source_file", "project", "conversation_id", "created_at", "metadata"] as const),
  ...(["summary", "tags", "intent", "primary_symbols", "resolved_query", "resolved_queries", "key_facts"] as const),
  ...(["epistemic_level", "version_scope", "debt_impact", "external_deps", "sentiment_label"] as const),
  ...(["sentiment_signals", "enrichment_backend", "enrichment_model", "enrichment_version", "enriched_at"] as const),
] as const;
const numbers = ["position", "importance", "sentiment_score"] as const;

const rowsMax = 2_000;
/** UTF-16 units of content; rows of many megabytes come one by one. */
const charsMax = 2 ** 20;

/** Throws a Problem of kind `bad_input` when the database has no chunks. */
export function openDescribed({ db, path }: Pick<Connection, "db" | "path">): DescribedPages {
  // All of the file is read once: through a map of it, all of it would count as this process's memory.
  db.run("PRAGMA mmap_size = 0");
  const columns = readColumns(db, path);
  return {
    page: (all, after) => describedPage(db, columns, all, after ?? Number.MIN_SAFE_INTEGER),
    one: (id) => db.query<Described, [string]>(`SELECT ${fieldsSql(columns)} FROM chunks WHERE chunks.id = ?`).get(id),
  };
}

function describedPage(db: Database, columns: Columns, all: boolean, after: number): DescribedPage {
  const from = fromSql(columns, all);
  const stretch = db
    .query<{ top: number | null; n: number }, [number, number]>(
      `SELECT max(rowid) AS top, count(*) AS n FROM
         (SELECT chunks.rowid AS rowid FROM ${from} AND chunks.rowid > ?1 ORDER BY chunks.rowid LIMIT ?2)`,
    )
    .get(after, rowsMax);
  if (stretch === null || stretch.top === null) return { rows: [], next: null };
  const sql = `SELECT chunks.rowid AS at, ${fieldsSql(columns)} FROM ${from}
    AND chunks.rowid > ?1 AND chunks.rowid <= ?2 ${all ? "" : `AND ${statusSql(columns)} = 'enriched'`}
    ORDER BY chunks.rowid`;
  const rows: Described[] = [];
  let chars = 0;
  for (const { at, ...row } of db
    .query<Described & { at: number }, SQLQueryBindings[]>(sql)
    .iterate(after, stretch.top)) {
    rows.push(row);
    chars += row.content.length;
    if (chars >= charsMax) return { rows, next: at };
  }
  return { rows, next: stretch.n < rowsMax ? null : stretch.top };
}

/** In our own databases the status finds what is described; elsewhere rows of an older time have none. */
function fromSql({ layout, pending }: Columns, all: boolean): string {
  const byStatus = !all && layout === "own" && pending.column === "enrich_status";
  return byStatus ? `chunks ${pending.by} WHERE enrich_status = 'success'` : "chunks NOT INDEXED WHERE 1";
}

function fieldsSql(columns: Columns): string {
  const named = [...texts, ...numbers].map((name) => `${columns.sql(name)} AS ${name}`);
  return [
    "CAST(chunks.id AS TEXT) AS id",
    "CAST(chunks.content AS TEXT) AS content",
    `${statusSql(columns)} AS status`,
    ...["extra", "marks"].map((name) => `${columns.layout === "own" ? columns.sql(name) : "NULL"} AS ${name}`),
    ...named.filter((sql) => !sql.endsWith(" AS enriched_at")),
    "iif(chunks.enriched_at >= 'skipped:' AND chunks.enriched_at < 'skipped;', NULL, chunks.enriched_at) AS enriched_at",
  ].join(", ");
}
