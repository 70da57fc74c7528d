/**
 * Who asks about what: claims contents for a run, finds those due for a retry, and gives claims back. Every function
 * runs inside the caller's IMMEDIATE transaction on the journal.
 */

import type { Database } from "bun:sqlite";

export interface Candidate {
  readonly chunkId: string;
  readonly hash: string;
}

/** What would answer now: an answer already there is given to a twin only when it came from the same. */
export interface Asker {
  readonly backend: string;
  /** Null: whichever the server has loaded; any will do then. */
  readonly model: string | null;
  readonly promptVersion: string;
}

export interface Claiming {
  readonly runId: number;
  readonly asker: Asker;
  /** How many questions may be claimed; candidates beyond are left, and `used` says how many were not. */
  readonly questionsMax: number;
  /** Chunks that were done and are open again, by a fresh look at the target. */
  readonly reopened: ReadonlyMap<string, Reopened>;
}

/**
 * `reset`: pending once more, by its owner's hand: asked again whatever came of it before. `upgrade`: described by a
 * backend without a model only: asked again unless what would answer now has answered, or has failed for good.
 */
export type Reopened = "reset" | "upgrade";

export interface Claimed {
  readonly questions: readonly Candidate[];
  /** Chunks that were done when last seen: only a fresh look at the target tells a reset from a stale page. */
  readonly recheck: readonly Candidate[];
  readonly used: number;
}

interface ContentRow {
  readonly state: "claimed" | "waiting" | "answered" | "quarantined";
  readonly backend: string | null;
  readonly model: string | null;
  readonly prompt_version: string | null;
}

export function claim(db: Database, candidates: readonly Candidate[], claiming: Claiming): Claimed {
  const questions: Candidate[] = [];
  const recheck: Candidate[] = [];
  let used = 0;
  for (const candidate of candidates) {
    const fate = fateOf(db, candidate, claiming);
    if (fate === "ask" && questions.length >= claiming.questionsMax) break;
    used++;
    if (fate === "recheck") recheck.push(candidate);
    if (fate === "ask") {
      takeContent(db, candidate.hash, claiming.runId);
      questions.push(candidate);
    }
    if (fate === "ask") setMember(db, candidate, "open", null);
    if (fate === "join") joinMember(db, candidate);
    if (fate === "give") setMember(db, candidate, "due", claiming.runId);
  }
  return { questions, recheck, used };
}

/** ask: a new question. join: being asked already. give: a verdict is there. leave: on its way. recheck: see Claimed. */
type Fate = "ask" | "join" | "give" | "leave" | "recheck";

function fateOf(db: Database, { chunkId, hash }: Candidate, { asker, reopened }: Claiming): Fate {
  const member = db
    .query<{ hash: string; state: string }, [string]>("SELECT hash, state FROM members WHERE chunk_id = ?")
    .get(chunkId);
  if (member?.hash === hash && member.state === "due") return "leave";
  const why = reopened.get(chunkId);
  if (member?.hash === hash && member.state === "done" && why === undefined) return "recheck";
  const content = db
    .query<ContentRow, [string]>("SELECT state, backend, model, prompt_version FROM contents WHERE hash = ?")
    .get(hash);
  if (content === null) return "ask";
  if (content.state === "claimed" || content.state === "waiting") return "join";
  // A verdict that some member still waits for must not be thrown away by asking again.
  if (hasDue(db, hash)) return "give";
  if (why === "reset") return "ask";
  if (content.state === "quarantined") return why === "upgrade" ? "leave" : "give";
  const same =
    content.backend === asker.backend &&
    (asker.model === null || content.model === asker.model) &&
    content.prompt_version === asker.promptVersion;
  if (same) return why === "upgrade" ? "leave" : "give";
  return "ask";
}

function hasDue(db: Database, hash: string): boolean {
  return db.query("SELECT 1 FROM members WHERE hash = ? AND state = 'due' LIMIT 1").get(hash) !== null;
}

function takeContent(db: Database, hash: string, runId: number): void {
  // An upsert that names its columns: every other one goes back to its default, attempts and old answer included.
  db.query("INSERT OR REPLACE INTO contents (hash, state, run_id) VALUES (?, 'claimed', ?)").run(hash, runId);
}

/** Due for the run that is to write it: a twin, since the answer was there. */
function setMember(db: Database, { chunkId, hash }: Candidate, state: "open" | "due", runId: number | null): void {
  const sql = "INSERT OR REPLACE INTO members (chunk_id, hash, state, twin, run_id) VALUES (?, ?, ?, ?, ?)";
  db.query(sql).run(chunkId, hash, state, state === "due" ? 1 : 0, runId);
}

/** The chunk that was asked about meets its own content again on every pass, and stays the one that was asked. */
function joinMember(db: Database, { chunkId, hash }: Candidate): void {
  const sql = `INSERT INTO members (chunk_id, hash, state, twin) VALUES (?1, ?2, 'open', 1)
    ON CONFLICT (chunk_id) DO UPDATE SET hash = ?2, state = 'open', twin = iif(hash = ?2, twin, 1)`;
  db.query(sql).run(chunkId, hash);
}

export interface Waiting {
  readonly hash: string;
  /** One of the chunks with that text; null when all were dropped. */
  readonly chunkId: string | null;
  readonly retryAtMs: number;
}

/** Contents that wait for a retry, those due first. One whose failure lies ahead is due: the clock was set back since. */
export function waitingForRetry(db: Database, limit: number, wallMs: number): Waiting[] {
  return db
    .query<Waiting, [number, number]>(
      `SELECT c.hash AS hash, iif(c.failed_at_ms > ?1, ?1, c.retry_at_ms) AS retryAtMs,
         (SELECT m.chunk_id FROM members m WHERE m.hash = c.hash AND m.state = 'open' LIMIT 1) AS chunkId
       FROM contents c WHERE c.state = 'waiting' ORDER BY c.retry_at_ms LIMIT ?2`,
    )
    .all(wallMs, limit);
}

/** Texts that wait for another try, and those that other runs have claimed, about which nobody else will ask. */
export function countOpen(db: Database, runId: number): { readonly waiting: number; readonly elsewhere: number } {
  const sql = `SELECT (SELECT count(*) FROM contents WHERE state = 'waiting') AS waiting,
    (SELECT count(*) FROM contents WHERE state = 'claimed' AND run_id <> ?) AS elsewhere`;
  return db.query<{ waiting: number; elsewhere: number }, [number]>(sql).get(runId) ?? { waiting: 0, elsewhere: 0 };
}

/** Claims a waiting content for its retry; false when another run was faster. */
export function claimRetry(db: Database, hash: string, runId: number): boolean {
  const sql =
    "UPDATE contents SET state = 'claimed', run_id = ?, retry_at_ms = NULL WHERE hash = ? AND state = 'waiting'";
  return db.query(sql).run(runId, hash).changes === 1;
}

/** Whether the run still has it: another may have taken it over while this one was stopped. */
export function holds(db: Database, hash: string, runId: number): boolean {
  const sql = "SELECT 1 FROM contents WHERE hash = ? AND state = 'claimed' AND run_id = ?";
  return db.query(sql).get(hash, runId) !== null;
}

/** Takes a chunk out that is gone, changed or no longer pending; its content goes too when nobody else has it. */
export function dropMember(db: Database, { chunkId, hash }: Candidate): void {
  db.query("DELETE FROM members WHERE chunk_id = ? AND hash = ?").run(chunkId, hash);
  dropUnused(db, hash);
}

export function dropUnused(db: Database, hash: string): void {
  db.query(
    `DELETE FROM contents WHERE hash = ?1 AND state <> 'answered'
       AND NOT EXISTS (SELECT 1 FROM members WHERE hash = ?1)`,
  ).run(hash);
}

/** Gives back what a run has claimed and not settled: untouched contents vanish, failed ones are due again at once. */
export function releaseClaims(db: Database, runId: number, wallMs: number): number {
  const held = db
    .query<{ hash: string; failures: number }, [number]>(
      "SELECT hash, failures FROM contents WHERE state = 'claimed' AND run_id = ?",
    )
    .all(runId);
  for (const { hash, failures } of held) release(db, hash, failures, wallMs);
  return held.length;
}

/** Gives back single claims, those that were never asked. */
export function releaseClaim(db: Database, hash: string, runId: number, wallMs: number): void {
  const row = db
    .query<{ failures: number }, [string, number]>(
      "SELECT failures FROM contents WHERE hash = ? AND state = 'claimed' AND run_id = ?",
    )
    .get(hash, runId);
  if (row !== null) release(db, hash, row.failures, wallMs);
}

function release(db: Database, hash: string, failures: number, wallMs: number): void {
  if (failures > 0) {
    db.query("UPDATE contents SET state = 'waiting', retry_at_ms = ? WHERE hash = ?").run(wallMs, hash);
    return;
  }
  db.query("DELETE FROM members WHERE hash = ?").run(hash);
  db.query("DELETE FROM contents WHERE hash = ?").run(hash);
}
