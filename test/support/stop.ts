/** Stops a run (SIGSTOP) while it holds no lock: one that is stopped inside a transaction keeps everybody waiting, whoever they are. */

import { Database } from "bun:sqlite";

export async function stopBetweenWrites(child: Pick<Bun.Subprocess, "kill">, db: string): Promise<void> {
  for (;;) {
    child.kill("SIGSTOP");
    // A signal arrives when the process next runs.
    await Bun.sleep(20);
    if ([db, db.replace(/\.db$/, ".enrichd.db")].every(isFree)) return;
    child.kill("SIGCONT");
    await Bun.sleep(3);
  }
}

function isFree(path: string): boolean {
  const db = new Database(path);
  try {
    db.run("BEGIN IMMEDIATE");
    db.run("ROLLBACK");
    return true;
  } catch {
    return false;
  } finally {
    db.close();
  }
}
