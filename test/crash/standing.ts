/** Ways to have a process stand at a named point until it is killed, without its help. */

import { Database } from "bun:sqlite";

/** Waits for what must come soon. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`never came to be: ${isSo}`);
    await Bun.sleep(2);
  }
}

/** A few seconds of work for SQLite. */
export const burning =
  "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) SELECT count(*) FROM n)";

export function change(path: string, sql: string): void {
  const db = new Database(path);
  db.run("PRAGMA busy_timeout = 5000");
  db.run(sql);
  db.close();
}

export function isLocked(path: string): boolean {
  const db = new Database(path);
  try {
    db.run("BEGIN IMMEDIATE");
    db.run("ROLLBACK");
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}
