/**
 * Gives failed contents their tries again. Their attempts stay, as history. Every function runs inside the caller's
 * IMMEDIATE transaction on the journal, after the target has the chunks pending: whatever ends in between is repeatable,
 * since a run takes a chunk that is pending once more for one that its owner has reset.
 */

import type { Database } from "bun:sqlite";
import { dropUnused } from "./claims.ts";

/**
 * As if it had never failed, and due at once. It names its columns: every other one, counters that are yet to come as well,
 * goes back to its default.
 */
const afreshSql = `INSERT OR REPLACE INTO contents (hash, state, run_id, retry_at_ms)
  SELECT hash, 'waiting', run_id, ?2 FROM contents WHERE hash = ?1`;

/** A content that waits for its next try does so no longer; false when it was claimed or answered meanwhile. */
export function hasten(db: Database, hash: string, wallMs: number): boolean {
  return db.query(`${afreshSql} AND state = 'waiting'`).run(hash, wallMs).changes === 1;
}

/**
 * A content that was given up waits for a try again, which a run that is at work finds before anything else. Its chunks
 * are those in `pending`; the others in `left` have gone their own ways. False when a run has it already, or is just
 * writing its verdict to the target.
 */
export function requeue(
  db: Database,
  hash: string,
  pending: readonly string[],
  left: readonly string[],
  wallMs: number,
): boolean {
  const { changes } = db
    .query(
      `${afreshSql} AND state = 'quarantined'
         AND NOT EXISTS (SELECT 1 FROM members WHERE hash = ?1 AND state = 'due' AND run_id IS NOT NULL)`,
    )
    .run(hash, wallMs);
  if (changes === 0) return false;
  for (const chunkId of left) db.query("DELETE FROM members WHERE chunk_id = ? AND hash = ?").run(chunkId, hash);
  for (const [i, chunkId] of pending.entries())
    db.query("INSERT OR REPLACE INTO members (chunk_id, hash, state, twin) VALUES (?, ?, 'open', ?)").run(
      ...[chunkId, hash, i === 0 ? 0 : 1],
    );
  dropUnused(db, hash);
  return true;
}
