/** The newest run as it stands, in a few reads, for a look each second: the sums over it are in history.ts. */

import type { Database } from "bun:sqlite";
import type { LatestRun } from "./history.ts";
import type { Owner } from "./runs.ts";

export interface KeptEvent {
  readonly id: number;
  readonly atMs: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type Standing =
  | "id"
  | "owner"
  | "state"
  | "reason"
  | "backend"
  | "model"
  | "startedAtMs"
  | "leaseUntilMs"
  | "endedAtMs";

export interface RunNow extends Pick<LatestRun, Standing> {
  /** The last event of each name. */
  readonly events: ReadonlyMap<string, KeptEvent>;
}

interface EventRow extends Omit<KeptEvent, "data"> {
  readonly data: string;
}

/** One that runs, else the newest. */
export function runNow(db: Database): RunNow | null {
  const sql = `SELECT id, pid, pid_since AS since, state, reason, backend, model, started_at_ms AS startedAtMs,
      lease_until_ms AS leaseUntilMs, ended_at_ms AS endedAtMs
    FROM runs ORDER BY state = 'running' DESC, id DESC LIMIT 1`;
  const row = db.query<Omit<RunNow, "owner" | "events"> & Owner, []>(sql).get();
  if (row === null) return null;
  const { pid, since, ...run } = row;
  const last = db.query<EventRow, [number]>(
    "SELECT max(id) AS id, at_ms AS atMs, event, data FROM events WHERE run_id = ? GROUP BY event",
  );
  return { ...run, owner: { pid, since }, events: new Map(last.all(run.id).map((one) => [one.event, parsed(one)])) };
}

/** Newest first; `fromMs` in milliseconds since 1970. */
export function eventsSince(db: Database, fromMs: number, limit: number): KeptEvent[] {
  const sql = "SELECT id, at_ms AS atMs, event, data FROM events WHERE at_ms >= ? ORDER BY at_ms DESC LIMIT ?";
  return db.query<EventRow, [number, number]>(sql).all(fromMs, limit).map(parsed);
}

/** The newest events of these names, of whichever run, newest first. */
export function lastEvents(db: Database, names: readonly string[], limit: number): KeptEvent[] {
  const sql = `SELECT id, at_ms AS atMs, event, data FROM events
    WHERE event IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?`;
  return db.query<EventRow, [string, number]>(sql).all(JSON.stringify(names), limit).map(parsed);
}

// Written by recordEvent as an object, in a database that is ours alone.
const parsed = ({ data, ...row }: EventRow): KeptEvent => ({ ...row, data: JSON.parse(data) });
