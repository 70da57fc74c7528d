/**
 * Verdicts on their way from the journal to the target: hands them to the run that writes them, and marks them done. Each
 * belongs to one run at a time, and to nobody when that run has ended. Every writing function runs inside the caller's
 * IMMEDIATE transaction on the journal.
 */

import type { Database } from "bun:sqlite";
import type { Enrichment } from "../core/enrichment.ts";
import type { Failure } from "../core/failure.ts";
import { dropUnused } from "./claims.ts";
import type { Application, Applied } from "./target.ts";

interface DueRow {
  readonly chunk_id: string;
  readonly twin: number;
  readonly hash: string;
  readonly state: "answered" | "quarantined";
  readonly kind: Failure["kind"] | null;
  readonly detail: string | null;
  readonly enrichment: string | null;
  readonly marks: string | null;
  readonly backend: string;
  readonly model: string;
  readonly prompt_version: string;
  readonly answered_at_ms: number;
  readonly duration_ms: number;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  readonly tokens_cached: number | null;
}

/** A verdict on its way to the target, with what the report says of it. */
export interface Due extends Application {
  readonly failure: { readonly kind: Failure["kind"]; readonly detail: string } | null;
  /** It got the answer that another chunk with the same text was asked for. */
  readonly twin: boolean;
  readonly durationMs: number;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly tokensCached: number | null;
}

const dueSql = `
  SELECT m.chunk_id, m.hash, m.twin, c.state, c.kind, c.detail, c.enrichment, c.marks, c.backend, c.model, c.prompt_version,
    c.answered_at_ms, c.duration_ms, c.tokens_in, c.tokens_out, c.tokens_cached
  FROM members m JOIN contents c ON c.hash = m.hash WHERE m.state = 'due' AND m.run_id = ? LIMIT ?`;

/** Those that this run writes: two that wrote the same rows would only hold the lock against each other. */
export function nextDue(db: Database, runId: number, limit: number): Due[] {
  return db.query<DueRow, [number, number]>(dueSql).all(runId, limit).map(toDue);
}

function toDue(row: DueRow): Due {
  return {
    chunkId: row.chunk_id,
    contentHash: row.hash,
    verdict:
      row.enrichment === null
        ? { kind: "failed" }
        : {
            kind: "enriched",
            // Written by saveAnswer from a validated value, in a database that is ours alone.
            enrichment: JSON.parse(row.enrichment) as Enrichment,
            marks: row.marks === null ? [] : (JSON.parse(row.marks) as string[]),
            backend: row.backend,
            model: row.model,
            promptVersion: row.prompt_version,
            answeredAtMs: row.answered_at_ms,
          },
    failure: row.kind === null ? null : { kind: row.kind, detail: row.detail ?? "" },
    twin: row.twin === 1,
    durationMs: row.duration_ms,
    tokensIn: row.tokens_in,
    tokensOut: row.tokens_out,
    tokensCached: row.tokens_cached,
  };
}

export function countDue(db: Database, runId: number): number {
  const sql = "SELECT count(*) AS n FROM members WHERE state = 'due' AND run_id = ?";
  return db.query<{ n: number }, [number]>(sql).get(runId)?.n ?? 0;
}

/** Takes what a run has left behind; gives how many there were. */
export function adoptDue(db: Database, runId: number): number {
  return db.query("UPDATE members SET run_id = ? WHERE state = 'due' AND run_id IS NULL").run(runId).changes;
}

/** Leaves what a run has not written to whichever comes next. */
export function abandonDue(db: Database, runId: number): void {
  db.query("UPDATE members SET run_id = NULL WHERE state = 'due' AND run_id = ?").run(runId);
}

/**
 * After the target has it: done, or forgotten where nothing was written, so that a changed chunk is pending anew. False
 * when another run was faster with this verdict: what the target said to us is about that one's work.
 */
export function settleDue(db: Database, { chunkId, contentHash }: Due, applied: Applied): boolean {
  const which = "WHERE chunk_id = ? AND hash = ? AND state = 'due'";
  const sql = applied === "applied" ? `UPDATE members SET state = 'done' ${which}` : `DELETE FROM members ${which}`;
  const { changes } = db.query(sql).run(chunkId, contentHash);
  if (applied !== "applied") dropUnused(db, contentHash);
  return changes === 1;
}
