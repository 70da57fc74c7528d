/** A target of BrainLayer's older generation, made by hand, with as many rows as a test wants. */

import { Database } from "bun:sqlite";
import { join } from "node:path";
import { temporaryFolder } from "./folder.ts";

const folder = temporaryFolder();
let made = 0;

export interface Row {
  readonly id: string;
  readonly content: string;
  readonly contentType?: string;
  readonly charCount?: number | null;
  readonly source?: string;
  readonly conversation?: string;
  readonly position?: number;
}

const columns = `id TEXT PRIMARY KEY, content TEXT NOT NULL, metadata TEXT NOT NULL, source_file TEXT NOT NULL,
  project TEXT, content_type TEXT, value_type TEXT, char_count INTEGER, source TEXT, sender TEXT, language TEXT,
  conversation_id TEXT, position INTEGER, context_summary TEXT, tags TEXT, tag_confidence REAL, summary TEXT,
  importance REAL, intent TEXT, enriched_at TEXT, primary_symbols TEXT, resolved_query TEXT, epistemic_level TEXT,
  version_scope TEXT, debt_impact TEXT, external_deps TEXT, created_at TEXT, sentiment_label TEXT,
  sentiment_score REAL, sentiment_signals TEXT`;

/** A text of its own for `n`, long enough to be wanted. */
export const textOf = (n: number): string =>
  `Text number ${n}: the connection pool of worker ${n} waits for the lock, then writes its answer and goes on.`;

export const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: `chunk-${i}`, content: textOf(i) }));

export function newTarget(rows: readonly Row[], mode: "wal" | "delete" = "wal"): string {
  const path = join(folder, `target-${++made}.db`);
  const db = new Database(path);
  db.run(`PRAGMA journal_mode = ${mode}`);
  db.run(`CREATE TABLE chunks (${columns})`);
  db.run("CREATE INDEX idx_chunks_enriched ON chunks (enriched_at)");
  const insert = db.query(`INSERT INTO chunks (id, content, metadata, source_file, content_type, char_count, source,
    conversation_id, position) VALUES (?, ?, '{}', 'file.jsonl', ?, ?, ?, ?, ?)`);
  db.transaction(() => {
    for (const row of rows)
      insert.run(
        row.id,
        row.content,
        row.contentType ?? "assistant_text",
        row.charCount === undefined ? [...row.content].length : row.charCount,
        row.source ?? "claude_code",
        row.conversation ?? null,
        row.position ?? null,
      );
  })();
  db.close();
  return path;
}

export function query<T>(path: string, sql: string): T[] {
  const db = new Database(path);
  db.run("PRAGMA busy_timeout = 5000");
  const rows = db.query<T, []>(sql).all();
  db.close();
  return rows;
}

/** How many rows are enriched. */
export const enrichedIn = (path: string): number =>
  query<{ n: number }>(path, "SELECT count(*) AS n FROM chunks WHERE summary IS NOT NULL")[0]?.n ?? 0;
