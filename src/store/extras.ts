/**
 * What was written in fields of people's own about chunks of somebody else's table, which has no place for it. Every
 * writing function runs inside the caller's IMMEDIATE transaction on the journal.
 */

import type { Database } from "bun:sqlite";
import type { Due } from "./due.ts";

/** After the target has a description: what came with it, or nothing, where an older one came with something. */
export function keepExtra(db: Database, { chunkId, verdict }: Pick<Due, "chunkId" | "verdict">): void {
  // One that was given up keeps the description that it had, and what came with that.
  if (verdict.kind !== "enriched") return;
  const { extra } = verdict.enrichment;
  if (extra === undefined) db.query("DELETE FROM extras WHERE chunk_id = ?").run(chunkId);
  else db.query("INSERT OR REPLACE INTO extras (chunk_id, extra) VALUES (?, ?)").run(chunkId, JSON.stringify(extra));
}

/** Looks chunks up one by one; a journal of an older version has none. */
export function extrasIn(db: Database): (chunkId: string) => string | null {
  if (db.query("SELECT 1 FROM sqlite_master WHERE name = 'extras'").get() === null) return () => null;
  const query = db.query<{ extra: string }, [string]>("SELECT extra FROM extras WHERE chunk_id = ?");
  return (chunkId) => query.get(chunkId)?.extra ?? null;
}
