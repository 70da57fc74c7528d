/**
 * Runs in the journal: starts, renews and ends them, finds those whose process died, and keeps their events. Every
 * writing function runs inside the caller's IMMEDIATE transaction.
 */

import type { Database } from "bun:sqlite";
import { type Asker, releaseClaims } from "./claims.ts";
import { abandonDue } from "./due.ts";

/** A run that has not renewed its lease for this long has lost its claims, whatever its process does. Tests take less. */
export const leaseMs = 120_000;

export type RunState = "running" | "finished" | "stopped" | "failed" | "crashed";

export interface NewRun {
  readonly pid: number;
  readonly asker: Asker;
  /** What is known of the model that will answer. */
  readonly model: string;
  readonly wallMs: number;
}

/** Starts a run and gives its id. */
export function startRun(db: Database, run: NewRun, lengthMs = leaseMs): number {
  const sql = `INSERT INTO runs (pid, state, backend, model, prompt_version, started_at_ms, lease_until_ms)
    VALUES (?, 'running', ?, ?, ?, ?, ?) RETURNING id`;
  const { backend, promptVersion } = run.asker;
  const row = db
    .query<{ id: number }, [number, string, string, string, number, number]>(sql)
    .get(run.pid, backend, run.model, promptVersion, run.wallMs, run.wallMs + lengthMs);
  if (row === null) throw new Error("INSERT … RETURNING gave no row");
  return row.id;
}

/**
 * For a run that was stopped so long that it was taken for dead: it lives again before it writes anything else, so that
 * what it claims now is given up when it does end. True when it had been.
 */
export function reviveRun(db: Database, runId: number, wallMs: number, lengthMs = leaseMs): boolean {
  const sql = `UPDATE runs SET state = 'running', reason = NULL, ended_at_ms = NULL, lease_until_ms = ?
    WHERE id = ? AND state = 'crashed'`;
  return db.query(sql).run(wallMs + lengthMs, runId).changes === 1;
}

export function renewLease(db: Database, runId: number, wallMs: number, lengthMs = leaseMs): void {
  db.query("UPDATE runs SET lease_until_ms = ? WHERE id = ? AND state = 'running'").run(wallMs + lengthMs, runId);
}

export function endRun(db: Database, runId: number, state: RunState, reason: string, wallMs: number): void {
  releaseClaims(db, runId, wallMs);
  abandonDue(db, runId);
  db.query("UPDATE runs SET state = ?, reason = ?, ended_at_ms = ? WHERE id = ?").run(state, reason, wallMs, runId);
}

/** Ends runs whose process is gone or silent past its lease, and frees their claims. Gives how many claims were freed. */
export function recoverRuns(db: Database, isAlive: (pid: number) => boolean, wallMs: number): number {
  const sql = "SELECT id, pid, lease_until_ms FROM runs WHERE state = 'running'";
  const running = db.query<{ id: number; pid: number; lease_until_ms: number }, []>(sql).all();
  let freed = 0;
  for (const run of running) {
    if (isAlive(run.pid) && run.lease_until_ms > wallMs) continue;
    freed += releaseClaims(db, run.id, wallMs);
    abandonDue(db, run.id);
    db.query("UPDATE runs SET state = 'crashed', reason = ?, ended_at_ms = lease_until_ms - ? WHERE id = ?").run(
      isAlive(run.pid) ? "silent past its lease" : "its process is gone",
      leaseMs,
      run.id,
    );
  }
  return freed;
}

export function recordEvent(db: Database, runId: number, wallMs: number, event: string, data: unknown): void {
  const sql = "INSERT INTO events (run_id, at_ms, event, data) VALUES (?, ?, ?, ?)";
  db.query(sql).run(runId, wallMs, event, JSON.stringify(data));
}
