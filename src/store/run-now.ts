/** The newest run as it stands, in a few reads, for a look each second: the sums over it are in history.ts. */

import type { Database } from "bun:sqlite";
import { type RunHead, runHead } from "./history.ts";

export interface KeptEvent {
  readonly id: number;
  readonly atMs: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface RunNow extends RunHead {
  /** The last event of each name. */
  readonly events: ReadonlyMap<string, KeptEvent>;
  /** The last one of each name that tells of the backend that is asked now, which may be a fallback. */
  readonly ofBackend: ReadonlyMap<string, KeptEvent>;
}

interface EventRow extends Omit<KeptEvent, "data"> {
  readonly data: string;
}

/** One that runs, else the newest. */
export function runNow(db: Database): RunNow | null {
  const run = runHead(db, "state = 'running' DESC, id DESC");
  if (run === null) return null;
  const last = db.query<EventRow, [number]>(
    "SELECT max(id) AS id, at_ms AS atMs, event, data FROM events WHERE run_id = ? GROUP BY event",
  );
  const events = new Map(last.all(run.id).map((one) => [one.event, parsed(one)]));
  const asked = String(events.get("backend.switched")?.data["to"] ?? run.backend);
  const ofBackend = db.query<EventRow, [number, string]>(
    `SELECT max(id) AS id, at_ms AS atMs, event, data FROM events
     WHERE run_id = ? AND (event LIKE 'backend.%' OR event LIKE 'supervisor.%') AND data ->> 'backend' = ? GROUP BY event`,
  );
  return { ...run, events, ofBackend: new Map(ofBackend.all(run.id, asked).map((one) => [one.event, parsed(one)])) };
}

/** Those of the runs that have a model server of ours, which can be restarted: not one that was given up. */
export function runsWithServer(db: Database, runs: readonly number[]): number[] {
  const sql = `SELECT value AS id FROM json_each(?) WHERE (SELECT data ->> 'to' FROM events
    WHERE run_id = value AND event = 'supervisor.changed' ORDER BY id DESC LIMIT 1) NOT IN ('stopped', 'failed')`;
  return db
    .query<{ id: number }, [string]>(sql)
    .all(JSON.stringify(runs))
    .map(({ id }) => id);
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
