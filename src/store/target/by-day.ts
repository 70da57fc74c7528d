/** How many chunks were described on each day (UTC), the newest first. It reads the index on the time where there is one. */

import type { Database } from "bun:sqlite";
import { indexOn } from "./columns.ts";

export function describedByDay(db: Database): [day: string, n: number][] {
  const by = indexOn(db, "enriched_at") ?? "NOT INDEXED";
  // Marks such as `skipped:too_short` are no times.
  const sql = `SELECT substr(enriched_at, 1, 10) AS day, count(*) AS n FROM chunks ${by}
    WHERE enriched_at >= '0' AND enriched_at < 'a' GROUP BY day ORDER BY day DESC`;
  return db
    .query<{ day: string; n: number }, []>(sql)
    .all()
    .map(({ day, n }) => [day, n]);
}
