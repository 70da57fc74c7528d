/** The chunks that were described last, newest first: by the index on the time where there is one. */

import type { Database } from "bun:sqlite";
import { type Columns, indexOn } from "./columns.ts";

export interface LatestRow {
  readonly id: string;
  readonly summary: string | null;
  readonly tags: string | null;
  readonly importance: number | null;
  readonly intent: string | null;
  readonly backend: string | null;
  readonly enrichedAt: string | null;
  readonly excerpt: string;
}

/** Marks such as `skipped:too_short` sort after every time. */
const afterTimes = "a";

export function latestDescribed(db: Database, columns: Columns, limit: number): LatestRow[] {
  const by = indexOn(db, "enriched_at");
  // Without an index the newest rows stand for the latest: finding those would read the whole table.
  const from = by === null ? "chunks NOT INDEXED" : `chunks ${by}`;
  const order = by === null ? "chunks.rowid DESC" : "chunks.enriched_at DESC";
  const text = (column: string): string => `CAST(${columns.sql(column)} AS TEXT)`;
  return db
    .query<LatestRow, [string, number]>(
      `SELECT CAST(chunks.id AS TEXT) AS id, ${text("summary")} AS summary, ${text("tags")} AS tags,
         ${columns.sql("importance")} AS importance, ${text("intent")} AS intent,
         ${text("enrichment_backend")} AS backend, ${text("enriched_at")} AS enrichedAt,
         substr(CAST(chunks.content AS TEXT), 1, 300) AS excerpt
       FROM ${from} WHERE chunks.enriched_at < ? AND ${columns.sql("summary")} IS NOT NULL ORDER BY ${order} LIMIT ?`,
    )
    .all(afterTimes, limit);
}
