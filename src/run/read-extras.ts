/** Fields of people's own that the journal keeps for somebody else's table, as an export reads them. It writes nothing. */

import { existsSync } from "node:fs";
import { Problem } from "../core/problem.ts";
import type { Connection } from "../store/database.ts";
import { extrasIn } from "../store/extras.ts";
import { fileMark } from "../store/file.ts";
import { checkJournal, journalPath, journalProblem } from "../store/journal.ts";
import type { Waiting } from "../store/lock.ts";
import { openForReading } from "../store/read-only.ts";
import { openTarget } from "../store/target.ts";

export interface Extras {
  /** JSON; null where none were written. */
  readonly of: (chunkId: string) => string | null;
  readonly close: () => void;
}

const none: Extras = { of: () => null, close: () => {} };

/**
 * None where there is no journal, or the table has a column for them. A journal that cannot be read is told of, and keeps
 * nobody from the rest, which is all in the database.
 */
export async function openExtras(
  file: Connection,
  journal: string | null,
  waiting: Waiting,
  onUnreadable: (why: Problem) => void,
): Promise<Extras> {
  const target = openTarget(file);
  const path = journal ?? journalPath(file.path);
  if (target.hasExtra || !existsSync(path)) return none;
  try {
    const { file: opened } = await openForReading(path, waiting);
    try {
      checkJournal(opened.db, opened.path, { path: file.path, file: fileMark(file.path), ...target.marks() });
      const look = extrasIn(opened.db);
      const of = (chunkId: string): string | null => {
        try {
          return look(chunkId);
        } catch (error) {
          throw journalProblem(error, path);
        }
      };
      return { of, close: opened.close };
    } catch (error) {
      opened.close();
      throw error;
    }
  } catch (error) {
    const problem = journalProblem(error, path);
    if (!(problem instanceof Problem)) throw problem;
    onUnreadable(problem);
    return none;
  }
}
