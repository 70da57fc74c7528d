/** Fills a database of BrainLayer's generation 1 with rows as its users have them: several projects, some of it enriched. */

import { Database } from "bun:sqlite";

const words =
  "the build fails because lock database worker retry server model token stream page index query cursor prompt cache " +
  "we should move parser into its own file and test against real socket before release tonight function returns null";
const vocabulary = words.split(" ");
const contentTypes = ["ai_code", "stack_trace", "user_message", "assistant_text", "assistant_text", "file_read"];
const sources = ["claude_code", "claude_code", "claude_code", "whatsapp", "youtube"];
const intents = ["debugging", "designing", "configuring", "discussing", "deciding", "implementing", "reviewing"];
const projectCount = 40;

export interface Filling {
  readonly rows: number;
  /** 0 to 1. */
  readonly enrichedShare: number;
}

/**
 * Adds `rows` rows to the database at `path`, which the package has made. The trigger of the full-text index is put back
 * by its own SQL afterwards; the index itself stays empty, since no one searches here.
 */
export function fill(path: string, { rows, enrichedShare }: Filling): void {
  const db = new Database(path);
  const trigger = db.query<{ sql: string }, []>("SELECT sql FROM sqlite_master WHERE name = 'chunks_fts_insert'").get();
  if (trigger === null) throw new Error(`${path} was not made by brainlayer`);
  db.run("PRAGMA synchronous = OFF");
  db.run("DROP TRIGGER chunks_fts_insert");
  const insert = db.query(
    `INSERT INTO chunks (id, content, metadata, source_file, project, content_type, value_type, char_count, source,
       conversation_id, position, created_at, tags, summary, importance, intent, enriched_at, primary_symbols,
       resolved_query, epistemic_level, debt_impact, external_deps)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const add = db.transaction((from: number, to: number) => {
    for (let i = from; i < to; i++) insert.run(...row(i, enrichedShare));
  });
  for (let i = 0; i < rows; i += 10_000) add.immediate(i, Math.min(rows, i + 10_000));
  db.run(trigger.sql);
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

function row(i: number, enrichedShare: number): (string | number | null)[] {
  const conversation = Math.floor(i / 40);
  // No two alike: equal ones are asked about once.
  const content = `${sentence(i, 45 + ((i * 7919) % 60))}${i}`;
  const project = `/home/someone/projects/${vocabulary[conversation % projectCount] ?? "other"}`;
  const createdAt = new Date(Date.UTC(2025, 0, 1) + i * 30_000).toISOString();
  const file = `/home/someone/.claude/projects/session-${conversation}.jsonl`;
  const rest = [pick(sources, conversation), `conversation-${conversation}`, i % 40, createdAt];
  const metadata = JSON.stringify({ role: i % 2 === 0 ? "user" : "assistant", line: i, tokens: content.length >> 2 });
  const text = [`chunk-${i.toString(16).padStart(16, "0")}`, content, metadata, file, project];
  const kind = [pick(contentTypes, i * 31), i % 50 === 0 ? "LOW" : "HIGH", content.length];
  // Spread over all ages, as retries and new projects leave it.
  if ((i * 2_654_435_761) % 1_000 >= enrichedShare * 1_000)
    return [...text, ...kind, ...rest, ...Array<null>(10).fill(null)];
  const enrichedAt = new Date(Date.UTC(2026, 0, 1) + i * 1_000).toISOString().replace("Z", "000+00:00");
  const tags = JSON.stringify([pick(vocabulary, i), pick(vocabulary, i * 3), pick(vocabulary, i * 7)]);
  const answered = [tags, sentence(i, 18), 1 + (i % 10), pick(intents, i * 13), enrichedAt];
  return [...text, ...kind, ...rest, ...answered, "[]", sentence(i + 1, 9), "hypothesis", "none", "[]"];
}

const pick = (from: readonly string[], i: number): string => from[i % from.length] ?? "";

function sentence(seed: number, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += `${pick(vocabulary, seed * 17 + i * i * 5 + i * 3)} `;
  return text;
}

if (import.meta.main) {
  const [path = "", rows = "1000000", enrichedShare = "0.7"] = process.argv.slice(2);
  fill(path, { rows: Number(rows), enrichedShare: Number(enrichedShare) });
}
