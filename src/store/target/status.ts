/** The state of a row in one word, for both generations, as SQL. Pure. */

import type { Columns } from "./columns.ts";

/** enriched, pending, too_short or failed; marks of others (`duplicate`) come through as they are. */
export function statusSql({ has }: Pick<Columns, "has">): string {
  const byTime = `CASE WHEN chunks.enriched_at IS NULL THEN 'pending'
    WHEN chunks.enriched_at >= 'skipped:' AND chunks.enriched_at < 'skipped;' THEN substr(chunks.enriched_at, 9)
    ELSE 'enriched' END`;
  if (!has("enrich_status")) return byTime;
  return `CASE WHEN chunks.enrich_status IS NULL THEN ${byTime}
    WHEN chunks.enrich_status = 'success' THEN 'enriched' ELSE chunks.enrich_status END`;
}
