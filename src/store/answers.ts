/**
 * What came of a question: saves answers and failures, hands out verdicts that wait for the target, and marks them done.
 * Every function runs inside the caller's IMMEDIATE transaction on the journal.
 */

import type { Database } from "bun:sqlite";
import type { Enrichment } from "../core/enrichment.ts";
import type { Failure } from "../core/failure.ts";
import { dropUnused } from "./claims.ts";
import type { Application, Applied } from "./target.ts";

/** One question as it went, for the statistics and for whoever looks into a failure. */
export interface Attempt {
  readonly runId: number;
  readonly hash: string;
  readonly atMs: number;
  readonly backend: string;
  readonly model: string;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly tokensCached: number | null;
}

export interface Answer extends Attempt {
  readonly enrichment: Enrichment;
  readonly promptVersion: string;
}

/** What follows from a failure; `retryAtMs` null gives the content up. */
export interface Sentence {
  readonly blamed: boolean;
  readonly retryAtMs: number | null;
}

/** How much of a failed reply is kept, in UTF-16 units. */
const rawMax = 16_384;

/** Makes an answer durable and due for all chunks with that text. An answer that is already there stays: false. */
export function saveAnswer(db: Database, answer: Answer): boolean {
  recordAttempt(db, answer, null);
  // Not "claimed by us": a run that was stopped for a while may find its claim taken over, and its answer is as good.
  const { changes } = db
    .query(
      `UPDATE contents SET state = 'answered', retry_at_ms = NULL, kind = NULL, detail = NULL, enrichment = ?2,
         backend = ?3, model = ?4, prompt_version = ?5, answered_at_ms = ?6, duration_ms = ?7, tokens_in = ?8,
         tokens_out = ?9, tokens_cached = ?10
       WHERE hash = ?1 AND state IN ('claimed', 'waiting')`,
    )
    .run(
      answer.hash,
      JSON.stringify(answer.enrichment),
      answer.backend,
      answer.model,
      answer.promptVersion,
      answer.atMs,
      answer.durationMs,
      answer.tokensIn,
      answer.tokensOut,
      answer.tokensCached,
    );
  if (changes === 1) makeDue(db, answer.hash);
  return changes === 1;
}

/** Stores a failure: the content waits for its retry, or is quarantined and due to be marked so in the target. */
export function saveFailure(db: Database, attempt: Attempt, failure: Failure, sentence: Sentence): void {
  recordAttempt(db, attempt, failure);
  const state = sentence.retryAtMs === null ? "quarantined" : "waiting";
  const { changes } = db
    .query(
      `UPDATE contents SET state = ?2, retry_at_ms = ?3, attempts = attempts + ?4, failures = failures + 1,
         failed_at_ms = ?5, kind = ?6, detail = ?7
       WHERE hash = ?1 AND state = 'claimed' AND run_id = ?8`,
    )
    .run(
      attempt.hash,
      state,
      sentence.retryAtMs,
      sentence.blamed ? 1 : 0,
      attempt.atMs,
      failure.kind,
      failure.detail,
      attempt.runId,
    );
  if (changes === 1 && state === "quarantined") makeDue(db, attempt.hash);
}

function makeDue(db: Database, hash: string): void {
  db.query("UPDATE members SET state = 'due' WHERE hash = ? AND state = 'open'").run(hash);
}

function recordAttempt(db: Database, a: Attempt, failure: Failure | null): void {
  const raw = failure?.kind === "unusable_reply" ? failure.raw.slice(0, rawMax) : null;
  db.query(
    `INSERT INTO attempts (run_id, hash, at_ms, backend, model, duration_ms, first_token_ms, tokens_in, tokens_out,
       tokens_cached, kind, detail, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    a.runId,
    a.hash,
    a.atMs,
    a.backend,
    a.model,
    a.durationMs,
    a.firstTokenMs,
    a.tokensIn,
    a.tokensOut,
    a.tokensCached,
    failure?.kind ?? null,
    failure?.detail ?? null,
    raw,
  );
}

/** How a content has done so far, to judge its next failure by. */
export function pastOf(db: Database, hash: string): { attempts: number; failures: number; failedAtMs: number | null } {
  const sql = "SELECT attempts, failures, failed_at_ms AS failedAtMs FROM contents WHERE hash = ?";
  const row = db.query<{ attempts: number; failures: number; failedAtMs: number | null }, [string]>(sql).get(hash);
  return row ?? { attempts: 0, failures: 0, failedAtMs: null };
}

interface DueRow {
  readonly chunk_id: string;
  readonly twin: number;
  readonly hash: string;
  readonly state: "answered" | "quarantined";
  readonly kind: Failure["kind"] | null;
  readonly detail: string | null;
  readonly enrichment: string | null;
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
  SELECT m.chunk_id, m.hash, m.twin, c.state, c.kind, c.detail, c.enrichment, c.backend, c.model, c.prompt_version,
    c.answered_at_ms, c.duration_ms, c.tokens_in, c.tokens_out, c.tokens_cached
  FROM members m JOIN contents c ON c.hash = m.hash WHERE m.state = 'due' LIMIT ?`;

export function nextDue(db: Database, limit: number): Due[] {
  return db.query<DueRow, [number]>(dueSql).all(limit).map(toDue);
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

export function countDue(db: Database): number {
  return db.query<{ n: number }, []>("SELECT count(*) AS n FROM members WHERE state = 'due'").get()?.n ?? 0;
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
