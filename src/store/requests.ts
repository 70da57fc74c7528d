/**
 * What people ask of the runs, kept in the journal so that any process can ask and any run can hear: pause, resume, stop,
 * restart of the model server. Writing functions run inside the caller's IMMEDIATE transaction.
 */

import type { Database } from "bun:sqlite";

export type Action = "pause" | "resume" | "stop" | "restart";

export interface Asked {
  readonly action: Action;
  /** Who it was, as the run and the page say it. */
  readonly askedBy: string;
  readonly atMs: number;
}

/**
 * A pause holds for all runs, those to come as well, until it is taken back; the others are for `runs`, by their ids.
 * Gives how many requests that were.
 */
export function ask(db: Database, { action, askedBy, atMs }: Asked, runs: readonly number[] = []): number {
  const insert = db.query("INSERT INTO requests (at_ms, asked_by, action, run_id) VALUES (?, ?, ?, ?)");
  if (action === "pause" || action === "resume") return insert.run(atMs, askedBy, action, null).changes;
  return runs.reduce((told, id) => told + insert.run(atMs, askedBy, action, id).changes, 0);
}

export interface Pause {
  readonly sinceMs: number;
  readonly askedBy: string;
}

/** Null: work goes on. A journal of an older version, which nobody but a run brings up to date, knows of no pause. */
export function pauseOf(db: Database): Pause | null {
  if (db.query("SELECT 1 FROM sqlite_master WHERE name = 'requests'").get() === null) return null;
  const sql = `SELECT action, at_ms AS sinceMs, asked_by AS askedBy FROM requests WHERE action IN ('pause', 'resume')
    ORDER BY id DESC LIMIT 1`;
  const last = db.query<Pause & { action: Action }, []>(sql).get();
  return last?.action === "pause" ? { sinceMs: last.sinceMs, askedBy: last.askedBy } : null;
}

/** What was asked of this run since it last looked, in its order. */
export function takeRequests(db: Database, runId: number, wallMs: number): Asked[] {
  const open = `SELECT id, action, asked_by AS askedBy, at_ms AS atMs FROM requests
    WHERE run_id = ? AND taken_at_ms IS NULL ORDER BY id`;
  const asked = db.query<Asked & { id: number }, [number]>(open).all(runId);
  const take = db.query("UPDATE requests SET taken_at_ms = ? WHERE id = ?");
  for (const { id } of asked) take.run(wallMs, id);
  return asked;
}

export interface LastAsked extends Asked {
  /** Null: no run has heard it yet; a pause and its end are heard by looking. */
  readonly takenAtMs: number | null;
}

/** The newest requests, newest first: the page shows who asked for what. */
export function lastRequests(db: Database, limit: number): LastAsked[] {
  const sql = `SELECT action, asked_by AS askedBy, at_ms AS atMs, taken_at_ms AS takenAtMs FROM requests
    ORDER BY id DESC LIMIT ?`;
  return db.query<LastAsked, [number]>(sql).all(limit);
}
