/** How fast questions are answered now: by the last answers of the runs that go on. It only reads. */

import type { Database } from "bun:sqlite";

/** Looked back so far, in milliseconds and in questions: the latter is what a look costs. */
const [spanMs, questionsMax] = [600_000, 1_000];

interface Recent {
  readonly answered: number;
  /** When the first of them was asked. */
  readonly sinceMs: number | null;
}

/** Answers a millisecond up to now, so that it falls while none come; null with under two answers. `runs`: their ids. */
export function answerRate(db: Database, runs: readonly number[], wallMs: number): number | null {
  const sql = `SELECT count(*) FILTER (WHERE kind IS NULL) AS answered, min(at_ms - duration_ms) AS sinceMs
    FROM (SELECT kind, at_ms, duration_ms, run_id FROM attempts ORDER BY id DESC LIMIT ?1)
    WHERE at_ms BETWEEN ?2 AND ?3 AND run_id IN (SELECT value FROM json_each(?4))`;
  const recent = db
    .query<Recent, [number, number, number, string]>(sql)
    .get(questionsMax, wallMs - spanMs, wallMs, JSON.stringify(runs));
  if (recent === null || recent.sinceMs === null || recent.answered < 2 || wallMs <= recent.sinceMs) return null;
  return recent.answered / (wallMs - recent.sinceMs);
}
