/**
 * Chunks that are marked failed, whoever marked them: finds them page by page, says how one stands, and puts them back
 * as pending, in the form of their generation. Each call reads and writes a bounded number of rows.
 */

import type { Database } from "bun:sqlite";
import { contentHash } from "../content.ts";
import type { FailedCursor, FailedPage, PutBack, Standing } from "../target.ts";
import { type Columns, indexOn } from "./columns.ts";
import { archivedSql, pendingSql } from "./rules.ts";
import { stretchOf } from "./selection.ts";
import { statusSql } from "./status.ts";

const failedSql = (columns: Columns): string => `(${statusSql(columns)} = 'failed')`;

/** Where to look, one after the other: each row that is marked failed is in one of them. */
function placesOf(db: Database, { has }: Columns): string[] {
  const byTime = indexOn(db, "enriched_at");
  const older = `chunks ${byTime ?? "NOT INDEXED"} WHERE enriched_at = 'skipped:failed'`;
  if (!has("enrich_status")) return [older];
  const byStatus = indexOn(db, "enrich_status");
  if (byStatus !== null)
    return [`chunks ${byStatus} WHERE enrich_status = 'failed'`, `${older} AND enrich_status IS NULL`];
  // No index on the status, as in BrainLayer's own: a row that was given up has no time, and those have one.
  if (byTime !== null) return [`chunks ${byTime} WHERE enriched_at IS NULL`, older];
  return ["chunks NOT INDEXED WHERE 1"];
}

/** The ids of one stretch of rows; `next` continues, null at the end. */
export function failedPage(db: Database, columns: Columns, cursor: FailedCursor | null): FailedPage {
  const places = placesOf(db, columns);
  const { place, before } = cursor ?? { place: 0, before: Number.MAX_SAFE_INTEGER };
  const from = places[place];
  if (from === undefined) return { ids: [], next: null };
  const stretch = stretchOf(db, from, before);
  const isLast = stretch === null || stretch.isLast;
  const onward = isLast ? { place: place + 1, before: Number.MAX_SAFE_INTEGER } : { place, before: stretch.floor };
  const next = isLast && place + 1 >= places.length ? null : onward;
  if (stretch === null) return { ids: [], next };
  const sql = `SELECT chunks.id AS id FROM ${from} AND chunks.rowid < ?1 AND chunks.rowid >= ?2
    AND ${failedSql(columns)} ORDER BY chunks.rowid DESC`;
  const rows = db.query<{ id: string }, [number, number]>(sql).all(before, stretch.floor);
  return { ids: rows.map(({ id }) => String(id)), next };
}

interface Row {
  readonly rowid: number;
  readonly content: unknown;
  readonly enriched_at: string | null;
  readonly failed: number;
  readonly archived: number;
  readonly pending: number;
}

function rowOf(db: Database, columns: Columns, id: string): Row | null {
  const sql = `SELECT rowid, content, enriched_at, ${failedSql(columns)} AS failed, ${archivedSql(columns)} AS archived,
    ${pendingSql(columns)} AS pending FROM chunks WHERE id = ?`;
  return db.query<Row, [string]>(sql).get(id);
}

export function standingOf(db: Database, columns: Columns, id: string): Standing | null {
  const row = rowOf(db, columns, id);
  if (row === null) return null;
  const hash = typeof row.content === "string" ? contentHash(row.content) : null;
  return { hash, mark: row.pending === 1 ? "pending" : row.failed === 1 ? "failed" : "other" };
}

/** Runs inside the caller's IMMEDIATE transaction. A hash of null: whatever the text is by now. */
export function putBack(
  db: Database,
  columns: Columns,
  chunks: readonly { readonly chunkId: string; readonly contentHash: string | null }[],
): PutBack[] {
  if (!db.inTransaction) throw new Error("putBack needs a transaction around it");
  return chunks.map(({ chunkId, contentHash: hash }) => {
    const row = rowOf(db, columns, chunkId);
    if (row === null) return "gone";
    if (typeof row.content !== "string" || (hash !== null && contentHash(row.content) !== hash)) return "changed";
    if (row.pending === 1) return "pending";
    if (row.failed !== 1 || row.archived === 1) return "taken";
    const unset = columns.has("enrich_status") ? ["enrich_status"] : [];
    if (row.enriched_at !== null) unset.push("enriched_at");
    db.query(`UPDATE chunks SET ${unset.map((column) => `${column} = NULL`).join(", ")} WHERE rowid = ?`).run(
      row.rowid,
    );
    return "put_back";
  });
}

/** Ids that begin with `prefix`. */
export function idsFrom(db: Database, prefix: string, limit: number): string[] {
  const sql = "SELECT id FROM chunks WHERE id >= ?1 AND id < ?1 || char(1114111) ORDER BY id LIMIT ?2";
  return db
    .query<{ id: string }, [string, number]>(sql)
    .all(prefix, limit)
    .map(({ id }) => String(id));
}
