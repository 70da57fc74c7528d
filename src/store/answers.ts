/**
 * What came of a question: saves answers and failures, which makes them due to be written to the target. Every writing
 * function runs inside the caller's IMMEDIATE transaction on the journal.
 */

import type { Database } from "bun:sqlite";
import type { Enrichment } from "../core/enrichment.ts";
import { type Failure, isReset } from "../core/failure.ts";
import { recordQuality, type Tally } from "./quality.ts";
import { countAttempt } from "./slots.ts";

/** One question as it went, for the statistics and for whoever looks into a failure. */
export interface Attempt {
  readonly runId: number;
  readonly hash: string;
  readonly atMs: number;
  /** What the backend is called in that run: its name, with a number where several have it. */
  readonly backend: string;
  readonly model: string;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly tokensCached: number | null;
}

/** A question that gave nothing. */
export interface FailedAttempt extends Attempt {
  readonly failure: Failure;
  /** The messages after the instructions, as JSON: people look at what was asked. */
  readonly question: string;
}

export interface Answer extends Attempt {
  /** The backend's name alone, as the row has it. */
  readonly answeredBy: string;
  readonly enrichment: Enrichment;
  readonly promptVersion: string;
  /** The rules that it breaks all the same. */
  readonly marks: readonly string[];
  readonly quality: Tally;
  /** What all the questions cost that it took. */
  readonly total: Pick<Attempt, "durationMs" | "tokensIn" | "tokensOut" | "tokensCached">;
}

/** What follows from a failure; `retryAtMs` null gives the content up. */
export interface Sentence {
  readonly blamed: boolean;
  readonly retryAtMs: number | null;
}

/** How much of a failed reply, and of its question, is kept, in UTF-16 units. */
const rawMax = 16_384;
const questionMax = 65_536;

/**
 * Makes an answer durable and due for all chunks with that text, with the questions before it that gave nothing. An answer
 * that is already there stays: false.
 */
export function saveAnswer(db: Database, answer: Answer, before: readonly FailedAttempt[] = []): boolean {
  for (const attempt of before) recordFailed(db, attempt);
  recordAttempt(db, answer, noFailure);
  recordQuality(db, answer.runId, answer.quality);
  // Not "claimed by us": a run that was stopped for a while may find its claim taken over or given back, and its answer
  // is as good: the next chunk with that text gets it.
  const { changes } = db
    .query(
      `INSERT INTO contents (hash, run_id, state, enrichment, backend, model, prompt_version, answered_at_ms,
         duration_ms, tokens_in, tokens_out, tokens_cached, marks) VALUES (?, ?, 'answered', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (hash) DO UPDATE SET state = 'answered', retry_at_ms = NULL, kind = NULL, detail = NULL,
         enrichment = excluded.enrichment, backend = excluded.backend, model = excluded.model,
         prompt_version = excluded.prompt_version, answered_at_ms = excluded.answered_at_ms,
         duration_ms = excluded.duration_ms, tokens_in = excluded.tokens_in, tokens_out = excluded.tokens_out,
         tokens_cached = excluded.tokens_cached, marks = excluded.marks
       WHERE state IN ('claimed', 'waiting')`,
    )
    .run(
      answer.hash,
      answer.runId,
      JSON.stringify(answer.enrichment),
      answer.answeredBy,
      answer.model,
      answer.promptVersion,
      answer.atMs,
      answer.total.durationMs,
      answer.total.tokensIn,
      answer.total.tokensOut,
      answer.total.tokensCached,
      answer.marks.length === 0 ? null : JSON.stringify(answer.marks),
    );
  if (changes === 1) makeDue(db, answer.hash, answer.runId);
  return changes === 1;
}

/**
 * Stores questions that gave nothing, the last of which decides: the content waits for its retry, or is quarantined and
 * due to be marked so in the target.
 */
export function saveFailure(
  db: Database,
  attempts: readonly FailedAttempt[],
  sentence: Sentence,
  quality: Tally = new Map(),
): void {
  for (const attempt of attempts) recordFailed(db, attempt);
  const attempt = attempts.at(-1);
  if (attempt === undefined) throw new Error("a failure without a question");
  recordQuality(db, attempt.runId, quality);
  const { failure } = attempt;
  const state = sentence.retryAtMs === null ? "quarantined" : "waiting";
  const { changes } = db
    .query(
      `UPDATE contents SET state = ?2, retry_at_ms = ?3, attempts = attempts + ?4, failures = failures + 1,
         failed_at_ms = ?5, kind = ?6, detail = ?7, crashes = crashes + ?9
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
      failure.kind === "crashed" || isReset(failure) ? 1 : 0,
    );
  if (changes === 1 && state === "quarantined") makeDue(db, attempt.hash, attempt.runId);
}

function makeDue(db: Database, hash: string, runId: number): void {
  db.query("UPDATE members SET state = 'due', run_id = ? WHERE hash = ? AND state = 'open'").run(runId, hash);
}

function recordFailed(db: Database, attempt: FailedAttempt): void {
  const { kind, detail } = attempt.failure;
  const raw = attempt.failure.kind === "unusable_reply" ? attempt.failure.raw.slice(0, rawMax) : null;
  // A part of a JSON text means nothing; none is so long but for a prompt of one's own.
  const question = attempt.question.length > questionMax ? null : attempt.question;
  recordAttempt(db, attempt, { kind, detail, question, raw });
}

interface Why {
  readonly kind: Failure["kind"] | null;
  readonly detail: string | null;
  readonly question: string | null;
  readonly raw: string | null;
}
const noFailure: Why = { kind: null, detail: null, question: null, raw: null };

function recordAttempt(db: Database, a: Attempt, { kind, detail, question, raw }: Why): void {
  db.query(
    `INSERT INTO attempts (run_id, hash, at_ms, backend, model, duration_ms, first_token_ms, tokens_in, tokens_out,
       tokens_cached, kind, detail, question, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[a.runId, a.hash, a.atMs, a.backend, a.model, a.durationMs, a.firstTokenMs],
    ...[a.tokensIn, a.tokensOut, a.tokensCached, kind, detail, question, raw],
  );
  countAttempt(db, { ...a, kind });
}

/** Takes a failure back that counted against these contents; those given up stay so. */
export function forgive(db: Database, hashes: readonly string[]): void {
  const sql =
    "UPDATE contents SET attempts = attempts - 1 WHERE hash = ? AND attempts > 0 AND state IN ('waiting', 'claimed')";
  for (const hash of hashes) db.query(sql).run(hash);
}

export interface Past {
  readonly attempts: number;
  readonly failures: number;
  readonly crashes: number;
  readonly failedAtMs: number | null;
}

/** How a content has done so far, to judge its next failure by. */
export function pastOf(db: Database, hash: string): Past {
  const sql = "SELECT attempts, failures, crashes, failed_at_ms AS failedAtMs FROM contents WHERE hash = ?";
  return db.query<Past, [string]>(sql).get(hash) ?? { attempts: 0, failures: 0, crashes: 0, failedAtMs: null };
}
