/** What servers are asked without, kept in the journal from run to run. It knows no server. */

import type { Database } from "bun:sqlite";

/** After this it is tried again: by then the server, or its model's template, may be another. */
const believedMs = 30 * 24 * 3_600_000;

export function knownConcessions(db: Database, url: string, model: string | null, wallMs: number): string[] {
  return db
    .query<{ part: string }, [string, string, number]>(
      "SELECT part FROM concessions WHERE url = ? AND model = ? AND found_at_ms > ? ORDER BY part",
    )
    .all(url, model ?? "", wallMs - believedMs)
    .map(({ part }) => part);
}

export function keepConcession(db: Database, url: string, model: string | null, part: string, wallMs: number): void {
  db.query("INSERT OR REPLACE INTO concessions (url, model, part, found_at_ms) VALUES (?, ?, ?, ?)").run(
    ...[url, model ?? "", part, wallMs],
  );
}
