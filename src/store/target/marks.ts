/** What a target says of who it is, so that a journal can be told from another's. It only reads. */

import type { Database } from "bun:sqlite";
import type { Marks } from "../target.ts";
import type { Columns } from "./columns.ts";

export function readMarks(db: Database, { layout }: Columns): Marks {
  const uuidSql = "SELECT value FROM enrichd_meta WHERE key = 'uuid'";
  const uuid = layout === "own" ? db.query<{ value: string }, []>(uuidSql).get()?.value : null;
  const first = db.query<{ id: string }, []>("SELECT id FROM chunks ORDER BY rowid LIMIT 1").get();
  return { uuid: uuid ?? null, firstChunk: first?.id ?? null };
}
