/**
 * Runs in the journal: starts, renews and ends them, gives up those whose owner is lost, and keeps their events. Every
 * writing function runs inside the caller's IMMEDIATE transaction.
 */

import type { Database } from "bun:sqlite";
import { type Asker, releaseClaims } from "./claims.ts";
import { abandonDue } from "./due.ts";

/** A run that was seen not to renew its lease for this long has lost its claims, whatever its process does. Tests take less. */
export const leaseMs = 120_000;

/** A process, told from a later one with the same id. */
export interface Owner {
  readonly pid: number;
  /** When it started, as the system says it; null where it does not. */
  readonly since: string | null;
}

export type RunState = "running" | "finished" | "stopped" | "failed" | "crashed";

export interface NewRun {
  readonly owner: Owner;
  readonly asker: Asker;
  /** What is known of the model that will answer. */
  readonly model: string;
  readonly wallMs: number;
}

/** Starts a run and gives its id. */
export function startRun(db: Database, run: NewRun, lengthMs = leaseMs): number {
  const sql = `INSERT INTO runs (pid, pid_since, state, backend, model, prompt_version, started_at_ms, lease_until_ms)
    VALUES (?, ?, 'running', ?, ?, ?, ?, ?) RETURNING id`;
  const { backend, promptVersion } = run.asker;
  const { pid, since } = run.owner;
  const row = db
    .query<{ id: number }, [number, string | null, string, string, string, number, number]>(sql)
    .get(pid, since, backend, run.model, promptVersion, run.wallMs, run.wallMs + lengthMs);
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

export interface RunningRun {
  readonly id: number;
  readonly owner: Owner;
  /** Another value at each renewal. */
  readonly leaseUntilMs: number;
}

export function runningRuns(db: Database): RunningRun[] {
  const sql = "SELECT id, pid, pid_since AS since, lease_until_ms AS leaseUntilMs FROM runs WHERE state = 'running'";
  const rows = db.query<{ id: number; pid: number; since: string | null; leaseUntilMs: number }, []>(sql).all();
  return rows.map(({ id, pid, since, leaseUntilMs }) => ({ id, owner: { pid, since }, leaseUntilMs }));
}

/** A run as it was seen, and why nobody works on it any more. */
export interface LostRun extends RunningRun {
  readonly reason: string;
}

/** Ends lost runs at their last sign of life, and frees their claims; not one that gave another sign since. Gives how many claims. */
export function recoverRuns(db: Database, lost: readonly LostRun[], wallMs: number, lengthMs = leaseMs): number {
  let freed = 0;
  for (const { id, leaseUntilMs, reason } of lost) {
    const sql = `UPDATE runs SET state = 'crashed', reason = ?, ended_at_ms = lease_until_ms - ?
      WHERE id = ? AND state = 'running' AND lease_until_ms = ?`;
    if (db.query(sql).run(reason, lengthMs, id, leaseUntilMs).changes === 0) continue;
    freed += releaseClaims(db, id, wallMs);
    abandonDue(db, id);
  }
  return freed;
}

export function recordEvent(db: Database, runId: number, wallMs: number, event: string, data: unknown): void {
  const sql = "INSERT INTO events (run_id, at_ms, event, data) VALUES (?, ?, ?, ?)";
  db.query(sql).run(runId, wallMs, event, JSON.stringify(data));
}
