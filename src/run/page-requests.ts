/** What is asked of the runs on the page, and which of them it is for. */

import { untilFree, type Waiting } from "../store/lock.ts";
import { type Action, ask } from "../store/requests.ts";
import { runsWithServer } from "../store/run-now.ts";
import { livingRuns } from "./living-runs.ts";
import type { PageFiles } from "./page-files.ts";

/** Gives how many runs are told; null where runs go on, and none of them has a model server that could be restarted. */
export async function askRuns(files: PageFiles, waiting: Waiting, action: Action, askedBy: string) {
  const journal = await files.journalToWrite();
  const { db, path } = journal;
  const { alive } = await livingRuns(journal);
  const runs = action === "restart" ? runsWithServer(db, alive) : alive;
  if (alive.length > 0 && runs.length === 0) return null;
  const told = (): number => ask(db, { action, askedBy, atMs: waiting.clock.wallMs() }, runs);
  return untilFree(path, () => db.transaction(told).immediate(), waiting);
}
