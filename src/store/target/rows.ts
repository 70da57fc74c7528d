/** Rows of `chunks` as chunks: the columns that are read, one by its id, and the neighbours of one. */

import type { Database } from "bun:sqlite";
import type { Chunk } from "../target.ts";
import type { Columns } from "./columns.ts";

/** The rows around a chunk that help to understand it: two before, one after, as BrainLayer's pipeline took them. */
const before = 2;
const after = 1;
const contextMax = 3;

/** The columns of a Chunk, in the names of its fields. */
export const chunkSql = ({ sql }: Columns): string =>
  `chunks.id AS id, chunks.rowid AS rowid, chunks.content AS content, ${sql("content_type")} AS contentType,
   ${sql("source")} AS source, ${sql("project")} AS project, ${sql("conversation_id")} AS conversationId,
   ${sql("position")} AS position`;

/** The neighbours of a chunk in its conversation, by position, itself left out. */
export function contextOf(db: Database, columns: Columns, { id, conversationId, position }: Chunk): Chunk[] {
  const { conversation, has } = columns;
  if (conversation === null || !has("position")) return [];
  if (conversationId === null || conversationId === "" || position === null) return [];
  const sql = `SELECT ${chunkSql(columns)} FROM chunks ${conversation}
    WHERE conversation_id = ?1 AND position BETWEEN ?2 AND ?3 AND id <> ?4 AND typeof(content) = 'text'
    ORDER BY position, chunks.rowid LIMIT ${contextMax}`;
  const query = db.query<Chunk, [string, number, number, string]>(sql);
  return query.all(conversationId, position - before, position + after, id);
}
