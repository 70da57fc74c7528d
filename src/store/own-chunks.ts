/**
 * Puts imported chunks into our own database, each once: the same text of the same source again adds nothing, and no
 * row that is there is ever changed.
 */

import type { Database } from "bun:sqlite";
import { contentHash } from "./content.ts";

export interface NewChunk {
  /** As its source names it; null: made from `name`, the source file and the text. */
  readonly id: string | null;
  /** The readable start of a made id. */
  readonly name: string;
  /** What else makes a chunk another one than an equal text of the same file: its place in a conversation. */
  readonly place: string | null;
  readonly content: string;
  readonly sourceFile: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly source: string | null;
  readonly project: string | null;
  readonly contentType: string | null;
  readonly conversationId: string | null;
  readonly position: number | null;
  readonly sender: string | null;
  readonly language: string | null;
}

export interface Added {
  readonly added: number;
  readonly known: number;
}

/** Runs inside the caller's IMMEDIATE transaction: an id that is free must still be free when it is taken. */
export function addChunks(db: Database, chunks: readonly NewChunk[]): Added {
  if (!db.inTransaction) throw new Error("addChunks needs a transaction around it");
  let added = 0;
  for (const chunk of chunks) {
    const id = freeId(db, chunk);
    if (id === null) continue;
    insert(db, id, chunk);
    added++;
  }
  return { added, known: chunks.length - added };
}

/**
 * The id to insert a chunk under; null when it is there already. An id that stands for another text (a line that was
 * changed, a second file that numbers its lines from 1) gets the hash of the text behind it.
 */
function freeId(db: Database, { id, name, place, sourceFile, content }: NewChunk): string | null {
  const wanted = id ?? `${name}#${contentHash([sourceFile, place ?? "", content].join("\0"))}`;
  const there = db.query<{ content: string }, [string]>("SELECT content FROM chunks WHERE id = ?");
  for (const candidate of [wanted, `${wanted}~${contentHash(content)}`]) {
    const row = there.get(candidate);
    if (row === null) return candidate;
    if (row.content === content) return null;
  }
  return null;
}

const columns = [
  ...["id", "content_type", "source", "project", "char_count", "created_at", "conversation_id", "position"],
  ...["sender", "language", "source_file", "metadata", "content"],
];
const insertSql = `INSERT INTO chunks (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;

function insert(db: Database, id: string, chunk: NewChunk): void {
  const { contentType, source, project, createdAt, conversationId, position, sender, language } = chunk;
  db.query(insertSql).run(
    ...[id, contentType, source, project, codePoints(chunk.content), createdAt, conversationId, position],
    ...[sender, language, chunk.sourceFile, JSON.stringify(chunk.metadata), chunk.content],
  );
}

function codePoints(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length - 1; i++) {
    // The text is well formed: a high surrogate is always the first half of a pair.
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++;
  }
  return text.length - pairs;
}
