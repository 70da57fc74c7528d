/**
 * How questions went over time: each attempt is summed into slots of ten seconds (kept for some hours) and of ten minutes
 * (kept for good), by backend, kind and duration, so that a range of any length is a few hundred rows. Writing functions
 * run inside the caller's IMMEDIATE transaction on the journal.
 */

import type { Database } from "bun:sqlite";

/** In seconds. */
export const spans = { fine: 10, coarse: 600 } as const;
/** Fine slots older than this are dropped when a run starts, in milliseconds. */
const fineKeptMs = 3 * 3_600_000;

/** Buckets per doubling of the duration: a quantile is off by 4.5 % at most. */
const steps = 8;

/** Durations under a millisecond share the first one. */
export const bucketOf = (durationMs: number): number => Math.max(0, Math.round(Math.log2(durationMs) * steps));
/** The middle of a bucket, in milliseconds. */
export const durationOf = (bucket: number): number => 2 ** (bucket / steps);

export interface Counted {
  readonly atMs: number;
  readonly backend: string;
  /** Null: it gave an answer. */
  readonly kind: string | null;
  readonly durationMs: number;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly tokensCached: number | null;
}

export function countAttempt(db: Database, attempt: Counted): void {
  const add = db.query(
    `INSERT INTO slots (span, slot, backend, kind, bucket, n, tokens_in, tokens_out, tokens_cached)
     VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8)
     ON CONFLICT (span, slot, backend, kind, bucket) DO UPDATE SET n = n + 1, tokens_in = tokens_in + ?6,
       tokens_out = tokens_out + ?7, tokens_cached = tokens_cached + ?8`,
  );
  const { atMs, backend, kind, durationMs, tokensIn, tokensOut, tokensCached } = attempt;
  const tokens = [tokensIn ?? 0, tokensOut ?? 0, tokensCached ?? 0] as const;
  for (const span of Object.values(spans))
    add.run(span, Math.floor(atMs / 1_000 / span), backend, kind ?? "", bucketOf(durationMs), ...tokens);
}

export function dropOldSlots(db: Database, wallMs: number): void {
  const before = Math.floor((wallMs - fineKeptMs) / 1_000 / spans.fine);
  db.query("DELETE FROM slots WHERE span = ? AND slot < ?").run(spans.fine, before);
}

/** Sums over one stretch of time. Quantiles are of answers, in milliseconds; null without any. */
export interface SeriesPoint {
  readonly atMs: number;
  readonly answered: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly tokensCached: number;
}

interface Row {
  readonly at: number;
  readonly kind: string;
  readonly bucket: number;
  readonly n: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly tokensCached: number;
}

/**
 * The points from `fromMs` on, each `stepS` seconds long, a multiple of a span; stretches without a question are left
 * out. Fine slots give steps below ten minutes.
 */
export function seriesOf(db: Database, fromMs: number, stepS: number): SeriesPoint[] {
  const span = stepS < spans.coarse ? spans.fine : spans.coarse;
  const width = Math.max(1, Math.round(stepS / span));
  const rows = db
    .query<Row, [number, number, number]>(
      `SELECT slot / ?1 AS at, kind, bucket, sum(n) AS n, sum(tokens_in) AS tokensIn, sum(tokens_out) AS tokensOut,
         sum(tokens_cached) AS tokensCached
       FROM slots WHERE span = ?2 AND slot >= ?3 GROUP BY 1, 2, 3 ORDER BY 1, 3`,
    )
    .all(width, span, Math.floor(fromMs / 1_000 / span / width) * width);
  const points: SeriesPoint[] = [];
  for (let start = 0; start < rows.length; ) {
    const at = rows[start]?.at ?? 0;
    let end = start;
    while (end < rows.length && rows[end]?.at === at) end++;
    points.push(pointOf(at * width * span * 1_000, rows.slice(start, end)));
    start = end;
  }
  return points;
}

/** `rows` are in the order of their buckets. */
function pointOf(atMs: number, rows: readonly Row[]): SeriesPoint {
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const answers = rows.filter(({ kind }) => kind === "");
  const answered = answers.reduce((total, { n }) => total + n, 0);
  return {
    ...{ atMs, answered, failed: sum(({ n }) => n) - answered },
    ...{ p50Ms: quantile(answers, answered, 0.5), p95Ms: quantile(answers, answered, 0.95) },
    tokensIn: sum(({ tokensIn }) => tokensIn),
    tokensOut: sum(({ tokensOut }) => tokensOut),
    tokensCached: sum(({ tokensCached }) => tokensCached),
  };
}

function quantile(answers: readonly Row[], answered: number, share: number): number | null {
  let left = Math.ceil(answered * share);
  for (const { bucket, n } of answers) {
    left -= n;
    if (left <= 0) return durationOf(bucket);
  }
  return null;
}

/** When the first question was summed, in milliseconds since 1970; null before any. */
export function firstSlotMs(db: Database): number | null {
  const sql = "SELECT min(slot) AS slot FROM slots WHERE span = ?";
  const slot = db.query<{ slot: number | null }, [number]>(sql).get(spans.coarse)?.slot ?? null;
  return slot === null ? null : slot * spans.coarse * 1_000;
}

export interface QuestionTotal {
  readonly backend: string;
  /** Null: answered. */
  readonly kind: string | null;
  readonly n: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly tokensCached: number;
}

/** Over all time, by backend and what came of it. */
export function questionTotals(db: Database): QuestionTotal[] {
  const sql = `SELECT backend, nullif(kind, '') AS kind, sum(n) AS n, sum(tokens_in) AS tokensIn,
      sum(tokens_out) AS tokensOut, sum(tokens_cached) AS tokensCached
    FROM slots WHERE span = ? GROUP BY backend, kind`;
  return db.query<QuestionTotal, [number]>(sql).all(spans.coarse);
}
