/** What the journal knows of failed chunks: by kind, one by one, and each attempt with what was said. It only reads. */

import type { Database } from "bun:sqlite";
import type { FailureKind } from "../core/failure.ts";

/** A chunk whose content waits for a retry, or was given up. */
export interface FailedMember {
  readonly chunkId: string;
  readonly hash: string;
  readonly state: "waiting" | "quarantined";
  readonly kind: FailureKind;
  readonly detail: string;
  readonly failedAtMs: number;
  readonly retryAtMs: number | null;
  /** Failures that count against it. */
  readonly attempts: number;
  /** Its verdict is not in the target yet. */
  readonly isDue: 0 | 1;
}

export interface KindCount {
  readonly kind: FailureKind;
  /** Chunks, those with the text of another included. */
  readonly waiting: number;
  readonly quarantined: number;
}

const failedSql = `FROM contents c JOIN members m ON m.hash = c.hash
  WHERE c.kind IS NOT NULL AND c.state IN ('waiting', 'quarantined') AND (?1 IS NULL OR c.kind = ?1)`;

export function failedKinds(db: Database): KindCount[] {
  const sql = `SELECT c.kind AS kind, count(*) FILTER (WHERE c.state = 'waiting') AS waiting,
      count(*) FILTER (WHERE c.state = 'quarantined') AS quarantined
    ${failedSql} GROUP BY c.kind ORDER BY count(*) DESC, c.kind`;
  return db.query<KindCount, [null]>(sql).all(null);
}

/** The latest failures first; `kind` null: of every kind. */
export function failedMembers(db: Database, kind: string | null, limit: number, offset: number): FailedMember[] {
  const sql = `SELECT m.chunk_id AS chunkId, c.hash AS hash, c.state AS state, c.kind AS kind,
      coalesce(c.detail, '') AS detail, c.failed_at_ms AS failedAtMs, c.retry_at_ms AS retryAtMs, c.attempts AS attempts,
      m.state = 'due' AS isDue
    ${failedSql} ORDER BY c.failed_at_ms DESC, m.chunk_id LIMIT ?2 OFFSET ?3`;
  return db.query<FailedMember, [string | null, number, number]>(sql).all(kind, limit, offset);
}

export type ContentState = "claimed" | "waiting" | "answered" | "quarantined";

/** How a text stands, whichever chunk has it. */
export interface ContentRecord {
  readonly hash: string;
  readonly state: ContentState;
  readonly kind: FailureKind | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly retryAtMs: number | null;
}

export function contentOf(db: Database, hash: string): ContentRecord | null {
  const sql = "SELECT hash, state, kind, detail, attempts, retry_at_ms AS retryAtMs FROM contents WHERE hash = ?";
  return db.query<ContentRecord, [string]>(sql).get(hash);
}

export interface MemberRecord {
  readonly chunkId: string;
  readonly hash: string;
  readonly state: "open" | "due" | "done";
}

export function memberOf(db: Database, chunkId: string): MemberRecord | null {
  const sql = "SELECT chunk_id AS chunkId, hash, state FROM members WHERE chunk_id = ?";
  return db.query<MemberRecord, [string]>(sql).get(chunkId);
}

export function membersOf(db: Database, hash: string): MemberRecord[] {
  const sql = "SELECT chunk_id AS chunkId, hash, state FROM members WHERE hash = ? ORDER BY chunk_id";
  return db.query<MemberRecord, [string]>(sql).all(hash);
}

/** Whether the journal knows that a chunk was given up. */
export function isQuarantined(db: Database, chunkId: string): boolean {
  const sql = `SELECT 1 FROM members m JOIN contents c ON c.hash = m.hash WHERE m.chunk_id = ? AND c.state = 'quarantined'`;
  return db.query(sql).get(chunkId) !== null;
}

/** Failed contents in the order of their hashes, above `after`. */
export function failedContents(db: Database, kind: string | null, after: string, limit: number): ContentRecord[] {
  const sql = `SELECT hash, state, kind, detail, attempts, retry_at_ms AS retryAtMs FROM contents
    WHERE kind IS NOT NULL AND state IN ('waiting', 'quarantined') AND (?1 IS NULL OR kind = ?1) AND hash > ?2
    ORDER BY hash LIMIT ?3`;
  return db.query<ContentRecord, [string | null, string, number]>(sql).all(kind, after, limit);
}

/** One question that gave nothing. */
export interface AttemptRecord {
  readonly atMs: number;
  readonly runId: number;
  readonly backend: string;
  readonly model: string;
  readonly promptVersion: string;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly tokensCached: number | null;
  readonly kind: FailureKind;
  readonly detail: string;
  /** The messages after the instructions, as JSON; null where they were not kept. */
  readonly question: string | null;
  readonly raw: string | null;
}

/** The latest `limit` attempts at a text, in their order. */
export function attemptsOf(db: Database, hash: string, limit: number): AttemptRecord[] {
  // A journal that no newer enrichd has run with has no such column yet, and reading must not give it one.
  const hasQuestion = db.query("SELECT 1 FROM pragma_table_info('attempts') WHERE name = 'question'").get() !== null;
  const sql = `SELECT a.at_ms AS atMs, a.run_id AS runId, a.backend AS backend, a.model AS model,
      r.prompt_version AS promptVersion, a.duration_ms AS durationMs, a.first_token_ms AS firstTokenMs,
      a.tokens_in AS tokensIn, a.tokens_out AS tokensOut, a.tokens_cached AS tokensCached, a.kind AS kind,
      coalesce(a.detail, '') AS detail, ${hasQuestion ? "a.question" : "NULL"} AS question, a.raw AS raw
    FROM attempts a JOIN runs r ON r.id = a.run_id WHERE a.hash = ? AND a.kind IS NOT NULL ORDER BY a.id DESC LIMIT ?`;
  return db.query<AttemptRecord, [string, number]>(sql).all(hash, limit).reverse();
}
