/** What the journal knows of the past, for `stats` and the page. It only reads. */

import type { Database } from "bun:sqlite";
import type { FailureKind } from "../core/failure.ts";
import type { Owner, RunState } from "./runs.ts";

/** What a run says of itself, without what came of it. */
export interface RunHead {
  readonly id: number;
  readonly owner: Owner;
  readonly state: RunState;
  readonly reason: string | null;
  readonly backend: string;
  readonly model: string;
  readonly startedAtMs: number;
  readonly leaseUntilMs: number;
  readonly endedAtMs: number | null;
}

export interface LatestRun extends RunHead {
  /** The states that its backends came to, by name; none where it never changed. */
  readonly backendStates: ReadonlyMap<string, string>;
  /** Who answered, the busiest first; the run's own backend and model are what was wanted at its start. */
  readonly answeredBy: readonly { readonly backend: string; readonly model: string; readonly answers: number }[];
  /** Questions answered and failed. */
  readonly enriched: number;
  readonly failed: number;
  /** Of answered questions, in milliseconds; null without any. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly tokensCached: number;
  /** Of those questions whose server says what of them it had already; Ollama does not. */
  readonly tokensInTold: number;
  readonly lastAttemptMs: number | null;
}

type HeadRow = Omit<RunHead, "owner"> & Owner;

/** Null without a run. */
export function runHead(db: Database, order: "id DESC" | "state = 'running' DESC, id DESC"): RunHead | null {
  const sql = `SELECT id, pid, pid_since AS since, state, reason, backend, model, started_at_ms AS startedAtMs,
    lease_until_ms AS leaseUntilMs, ended_at_ms AS endedAtMs FROM runs ORDER BY ${order} LIMIT 1`;
  const row = db.query<HeadRow, []>(sql).get();
  if (row === null) return null;
  const { pid, since, ...rest } = row;
  return { ...rest, owner: { pid, since } };
}

type Sums = Omit<LatestRun, keyof RunHead | "backendStates" | "answeredBy" | "p50Ms" | "p95Ms">;

export function latestRun(db: Database): LatestRun | null {
  const run = runHead(db, "id DESC");
  if (run === null) return null;
  const sums = db
    .query<Sums, [number]>(
      `SELECT count(*) FILTER (WHERE kind IS NULL) AS enriched, count(kind) AS failed,
         coalesce(sum(tokens_in), 0) AS tokensIn, coalesce(sum(tokens_out), 0) AS tokensOut,
         coalesce(sum(tokens_cached), 0) AS tokensCached,
         coalesce(sum(tokens_in) FILTER (WHERE tokens_cached IS NOT NULL), 0) AS tokensInTold, max(at_ms) AS lastAttemptMs
       FROM attempts WHERE run_id = ?`,
    )
    .get(run.id);
  if (sums === null) throw new Error("an aggregate without GROUP BY gave no row");
  return {
    ...run,
    ...sums,
    backendStates: statesOf(db, run.id),
    answeredBy: answeredBy(db, run.id),
    p50Ms: quantile(db, run.id, sums.enriched, 0.5),
    p95Ms: quantile(db, run.id, sums.enriched, 0.95),
  };
}

function answeredBy(db: Database, runId: number): LatestRun["answeredBy"] {
  const sql = `SELECT backend, model, count(*) AS answers FROM attempts WHERE run_id = ? AND kind IS NULL
    GROUP BY backend, model ORDER BY answers DESC`;
  return db.query<LatestRun["answeredBy"][number], [number]>(sql).all(runId);
}

/** With max(), SQLite takes the other columns from the row that has it: the last change of each. */
function statesOf(db: Database, runId: number): ReadonlyMap<string, string> {
  const sql = `SELECT max(id), data ->> 'backend' AS name, data ->> 'to' AS state FROM events
    WHERE run_id = ? AND event = 'backend.changed' GROUP BY name`;
  const rows = db.query<{ name: string; state: string }, [number]>(sql).all(runId);
  return new Map(rows.map(({ name, state }) => [name, state]));
}

/** By position in the index on (run_id, kind, duration_ms): no sort, whatever the number of attempts. */
function quantile(db: Database, runId: number, count: number, share: number): number | null {
  if (count === 0) return null;
  const sql =
    "SELECT duration_ms AS ms FROM attempts WHERE run_id = ? AND kind IS NULL ORDER BY duration_ms LIMIT 1 OFFSET ?";
  const offset = Math.min(count - 1, Math.ceil(count * share) - 1);
  return db.query<{ ms: number }, [number, number]>(sql).get(runId, offset)?.ms ?? null;
}

export interface OpenMember {
  readonly chunkId: string;
  readonly hash: string;
  /** claimed: taken by a run, to be asked about; waiting: for another try; answered and quarantined: the verdict is not in the target yet. */
  readonly state: "claimed" | "waiting" | "answered" | "quarantined";
}

/** All chunks that the journal knows more of than the target does. What the runs `gone` have taken is as if given back. */
export function* openMembers(db: Database, gone: readonly number[] = []): Generator<OpenMember> {
  const lost = "c.state = 'claimed' AND c.run_id IN (SELECT value FROM json_each(?))";
  const sql = `SELECT m.chunk_id AS chunkId, m.hash AS hash, iif(${lost}, 'waiting', c.state) AS state
    FROM members m JOIN contents c ON c.hash = m.hash
    WHERE (m.state = 'open' AND c.state IN ('claimed', 'waiting') AND NOT (${lost} AND c.failures = 0))
      OR (m.state = 'due' AND c.state IN ('answered', 'quarantined'))`;
  const ids = JSON.stringify(gone);
  yield* db.query<OpenMember, [string, string]>(sql).iterate(ids, ids);
}

export interface FailureCount {
  readonly kind: FailureKind;
  /** Contents that wait for a retry, and contents given up, whose last failure was of this kind. */
  readonly waiting: number;
  readonly quarantined: number;
}

export function failureCounts(db: Database): FailureCount[] {
  return db
    .query<FailureCount, []>(
      `SELECT kind, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'quarantined') AS quarantined
       FROM contents WHERE kind IS NOT NULL AND state IN ('waiting', 'quarantined') GROUP BY kind ORDER BY count(*) DESC, kind`,
    )
    .all();
}

/** The last failure against each backend that has one. */
export function lastFailures(db: Database): { backend: string; kind: FailureKind; detail: string; atMs: number }[] {
  return db
    .query<{ backend: string; kind: FailureKind; detail: string; atMs: number }, []>(
      `SELECT a.backend, a.kind, a.detail, a.at_ms AS atMs FROM attempts a
       JOIN (SELECT backend, max(id) AS id FROM attempts WHERE kind IS NOT NULL GROUP BY backend) last ON last.id = a.id`,
    )
    .all();
}

/** How often a server was started again in a run, by its backend: a start that followed an end, planned or not. */
export function restartsIn(db: Database, runId: number): ReadonlyMap<string, number> {
  const sql = `SELECT data ->> 'backend' AS backend, count(*) AS n FROM events WHERE run_id = ?
    AND event = 'supervisor.changed' AND data ->> 'to' = 'starting' AND data ->> 'from' <> 'stopped' GROUP BY backend`;
  const rows = db.query<{ backend: string; n: number }, [number]>(sql).all(runId);
  return new Map(rows.map(({ backend, n }) => [backend, n]));
}
