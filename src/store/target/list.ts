/**
 * Chunks as a table for people: newest first, by state and by what stands in their columns, page by page. A page is found
 * by its key, never by counting rows, and each look reads a bounded number of them.
 */

import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Columns } from "./columns.ts";
import { stretchOf } from "./selection.ts";
import { statusSql } from "./status.ts";

/** Null, or absent: any. */
export interface ChunkFilter {
  /** As the target says it: enriched, pending, failed, too_short, or another program's mark. */
  readonly status: string | null;
  /** Text that stands in content or summary; letters of either case. */
  readonly search: string | null;
  readonly project: string | null;
  readonly source: string | null;
  readonly contentType: string | null;
  readonly intent: string | null;
  readonly backend: string | null;
}

export interface ListedChunk {
  readonly rowid: number;
  readonly id: string;
  readonly status: string;
  readonly project: string | null;
  readonly source: string | null;
  readonly contentType: string | null;
  readonly intent: string | null;
  readonly importance: number | null;
  readonly summary: string | null;
  /** The start of the content. */
  readonly excerpt: string;
  readonly createdAt: string | null;
  readonly enrichedAt: string | null;
  readonly backend: string | null;
}

const excerptChars = 240;

export interface Stretch {
  readonly rows: readonly ListedChunk[];
  /** The rowid to go on below; null at the end of the table. */
  readonly next: number | null;
}

/** Up to `limit` matching rows of the next stretch below `before`. */
export function listStretch(
  db: Database,
  columns: Columns,
  filter: ChunkFilter,
  before: number | null,
  limit: number,
): Stretch {
  const top = before ?? Number.MAX_SAFE_INTEGER;
  const from = candidatesSql(columns, filter);
  const stretch = stretchOf(db, from, top);
  if (stretch === null) return { rows: [], next: null };
  const { sql, bound } = conditionOf(columns, filter);
  const rows = db
    .query<ListedChunk, SQLQueryBindings[]>(
      `SELECT ${fieldsSql(columns)} FROM ${from} AND chunks.rowid < ? AND chunks.rowid >= ? ${sql}
       ORDER BY chunks.rowid DESC LIMIT ?`,
    )
    .all(top, stretch.floor, ...bound, limit);
  const last = rows.at(-1);
  if (rows.length === limit && last !== undefined) return { rows, next: last.rowid };
  return { rows, next: stretch.isLast ? null : stretch.floor };
}

/** `chunks` with the condition that an index answers, where one does. */
function candidatesSql({ pending, has }: Columns, { status }: ChunkFilter): string {
  if (status === "pending") return `chunks ${pending.by} WHERE ${pending.column} IS NULL`;
  const marked = status === "failed" || status === "too_short";
  if (marked && pending.column === "enrich_status" && has("enrich_status"))
    return `chunks ${pending.by} WHERE enrich_status = '${status}'`;
  return "chunks NOT INDEXED WHERE 1";
}

function conditionOf(columns: Columns, filter: ChunkFilter): { sql: string; bound: string[] } {
  const bound: string[] = [];
  const terms: string[] = [];
  const add = (sql: string, ...values: string[]): void => {
    terms.push(sql);
    bound.push(...values);
  };
  if (filter.status !== null) add(`(${statusSql(columns)}) = ?`, filter.status);
  for (const [column, value] of Object.entries({
    ...{ project: filter.project, source: filter.source, content_type: filter.contentType, intent: filter.intent },
    enrichment_backend: filter.backend,
  }))
    if (value !== null) add(`${columns.sql(column)} = ?`, value);
  if (filter.search !== null) {
    const like = `%${filter.search.replace(/[\\%_]/g, "\\$&")}%`;
    add(`(chunks.content LIKE ? ESCAPE '\\' OR ${columns.sql("summary")} LIKE ? ESCAPE '\\')`, like, like);
  }
  return { sql: terms.map((term) => `AND ${term}`).join(" "), bound };
}

function fieldsSql(columns: Columns): string {
  const text = (column: string): string => `CAST(${columns.sql(column)} AS TEXT)`;
  return [
    "chunks.rowid AS rowid, CAST(chunks.id AS TEXT) AS id",
    `${statusSql(columns)} AS status, ${text("project")} AS project, ${text("source")} AS source`,
    `${text("content_type")} AS contentType, ${text("intent")} AS intent, ${columns.sql("importance")} AS importance`,
    `${text("summary")} AS summary, substr(CAST(chunks.content AS TEXT), 1, ${excerptChars}) AS excerpt`,
    `${text("created_at")} AS createdAt, ${text("enriched_at")} AS enrichedAt`,
    `${text("enrichment_backend")} AS backend`,
  ].join(", ");
}
