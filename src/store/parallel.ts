/** Remembers how many questions at a time a model was best asked. Both run inside the caller's transaction or read. */

import type { Database } from "bun:sqlite";

export interface Answering {
  readonly backend: string;
  readonly model: string;
}

export function recallParallel(db: Database, { backend, model }: Answering): number | null {
  const sql = "SELECT questions FROM parallel WHERE backend = ? AND model = ?";
  return db.query<{ questions: number }, [string, string]>(sql).get(backend, model)?.questions ?? null;
}

export function rememberParallel(db: Database, { backend, model }: Answering, questions: number, wallMs: number): void {
  const sql = "INSERT OR REPLACE INTO parallel (backend, model, questions, at_ms) VALUES (?, ?, ?, ?)";
  db.query(sql).run(backend, model, questions, wallMs);
}
