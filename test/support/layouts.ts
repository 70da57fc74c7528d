/** Targets of all three layouts in memory, with the columns that matter here, and rows with any of them set. */

import { Database, type SQLQueryBindings } from "bun:sqlite";
import ownSchema from "../../src/store/own.sql" with { type: "text" };
import ownExtra from "../../src/store/own-extra.sql" with { type: "text" };
import { type Layout, openTarget, type Selection, type Target } from "../../src/store/target.ts";

export const layouts: readonly Layout[] = ["own", "brainlayer-1", "brainlayer-2"];
export const brainlayers: readonly Layout[] = ["brainlayer-1", "brainlayer-2"];

/** Columns by name; what a layout does not have is left out, what it needs is filled in. */
export type Row = Readonly<Record<string, SQLQueryBindings>>;

export interface Opened {
  readonly db: Database;
  readonly target: Target;
  readonly insert: (...rows: readonly Row[]) => void;
}

export { everything } from "../../src/store/target.ts";

const olderColumns = `id TEXT PRIMARY KEY, content TEXT NOT NULL, metadata TEXT NOT NULL, source_file TEXT NOT NULL,
  project TEXT, content_type TEXT, value_type TEXT, char_count INTEGER, source TEXT, sender TEXT, language TEXT,
  conversation_id TEXT, position INTEGER, context_summary TEXT, tags TEXT, tag_confidence REAL, summary TEXT,
  importance REAL, intent TEXT, enriched_at TEXT, primary_symbols TEXT, resolved_query TEXT, epistemic_level TEXT,
  version_scope TEXT, debt_impact TEXT, external_deps TEXT, created_at TEXT, sentiment_label TEXT,
  sentiment_score REAL, sentiment_signals TEXT`;
const newerColumns = `${olderColumns}, enrich_status TEXT, enrichment_version TEXT DEFAULT '1.0', key_facts TEXT,
  resolved_queries TEXT, enrichment_model TEXT, enrichment_backend TEXT, archived INTEGER DEFAULT 0,
  superseded_by TEXT, aggregated_into TEXT, archived_at TEXT, content_hash TEXT`;
const indexes = ["conversation_id", "source", "intent", "importance", "enriched_at", "created_at"]
  .map((column) => `CREATE INDEX idx_${column} ON chunks (${column});`)
  .join("\n");

export const schemas: Readonly<Record<Layout, string>> = {
  own: ownSchema + ownExtra,
  "brainlayer-1": `CREATE TABLE chunks (${olderColumns}); ${indexes}`,
  "brainlayer-2": `CREATE TABLE chunks (${newerColumns}); ${indexes}`,
};

/** A text of exactly `points` code points. */
export const textOf = (points: number, letter = "x"): string => letter.repeat(points);

export function openLayout(layout: Layout, schema = schemas[layout]): Opened {
  const db = new Database(":memory:");
  db.run(schema);
  const columns = new Set(
    db.query<{ name: string }, []>("SELECT name FROM pragma_table_info('chunks')").values().flat(),
  );
  let made = 0;
  const insert = (...rows: readonly Row[]): void => {
    db.transaction(() => {
      for (const row of rows) {
        const content = row["content"] ?? textOf(60);
        const all: Row = {
          ...{ id: `chunk-${++made}`, content, metadata: "{}", source_file: "file.jsonl", source: "claude_code" },
          ...{ content_type: "assistant_text", char_count: [...String(content)].length },
          ...{ created_at: "2026-11-20T10:00:00.000Z", ...row },
        };
        const names = Object.keys(all).filter((name) => columns.has(name));
        const sql = `INSERT INTO chunks (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
        db.query(sql).run(...names.map((name) => all[name] ?? null));
      }
    })();
  };
  return { db, target: openTarget({ db, path: ":memory:" }), insert };
}

/** All that pages hand out, newest first. */
export function allPages({ pendingPage }: Target, selection: Selection, limit = 3) {
  const chunks: string[] = [];
  const tooShort: string[] = [];
  let calls = 0;
  let before: number | null = null;
  do {
    const page: ReturnType<Target["pendingPage"]> = pendingPage(selection, before, limit);
    chunks.push(...page.chunks.map(({ id }) => id));
    tooShort.push(...page.tooShort.map(({ id }) => id));
    before = page.next;
    calls++;
  } while (before !== null);
  return { chunks, tooShort, calls };
}

export function allCounted({ countPage }: Target, selection: Selection): number {
  let total = 0;
  let before: number | null = null;
  do {
    const step: ReturnType<Target["countPage"]> = countPage(selection, before);
    total += step.count;
    before = step.next;
  } while (before !== null);
  return total;
}
