/**
 * What the quality gate did, and which secrets were taken out, counted by run. Every writing function runs inside the
 * caller's IMMEDIATE transaction on the journal.
 */

import type { Database } from "bun:sqlite";

/** In texts. `marked`: taken all the same. */
export interface RuleCounts {
  readonly sentBack: number;
  readonly mended: number;
  readonly marked: number;
  readonly failed: number;
}
/** By the name of the rule. */
export type Tally = ReadonlyMap<string, RuleCounts>;

export function recordQuality(db: Database, runId: number, tally: Tally): void {
  const sql = `INSERT INTO quality (run_id, rule, sent_back, mended, marked, failed) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET sent_back = sent_back + excluded.sent_back, mended = mended + excluded.mended,
      marked = marked + excluded.marked, failed = failed + excluded.failed`;
  for (const [rule, { sentBack, mended, marked, failed }] of tally)
    db.query(sql).run(runId, rule, sentBack, mended, marked, failed);
}

export function recordScrubbed(db: Database, runId: number, secrets: ReadonlyMap<string, number>): void {
  const sql = `INSERT INTO scrubbed (run_id, kind, secrets) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET secrets = secrets + excluded.secrets`;
  for (const [kind, count] of secrets) db.query(sql).run(runId, kind, count);
}

/** Of all runs; a journal of an older version has none. */
export function qualityCounts(db: Database): { rules: Tally; secrets: ReadonlyMap<string, number> } {
  if (db.query("SELECT 1 FROM sqlite_master WHERE name = 'scrubbed'").get() === null)
    return { rules: new Map(), secrets: new Map() };
  const rules = db
    .query<RuleCounts & { rule: string }, []>(
      `SELECT rule, sum(sent_back) AS sentBack, sum(mended) AS mended, sum(marked) AS marked, sum(failed) AS failed
       FROM quality GROUP BY rule ORDER BY sum(sent_back) + sum(marked) DESC, rule`,
    )
    .all();
  const secrets = db
    .query<{ kind: string; n: number }, []>(
      "SELECT kind, sum(secrets) AS n FROM scrubbed GROUP BY kind ORDER BY n DESC, kind",
    )
    .all();
  return {
    rules: new Map(rules.map(({ rule, ...counts }) => [rule, counts])),
    secrets: new Map(secrets.map(({ kind, n }) => [kind, n])),
  };
}
