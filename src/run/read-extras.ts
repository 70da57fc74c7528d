/** Fields of people's own that the journal keeps for somebody else's table, as an export reads them. It writes nothing. */

import { Problem } from "../core/problem.ts";
import type { Connection } from "../store/database.ts";
import { extrasIn } from "../store/extras.ts";
import { journalProblem } from "../store/journal.ts";
import type { Waiting } from "../store/lock.ts";
import { openTarget } from "../store/target.ts";
import { openJournalToRead } from "./open-to-read.ts";

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
  if (target.hasExtra) return none;
  try {
    const opened = await openJournalToRead({ db: file.path, journal }, file, target, waiting);
    if (opened === null) return none;
    try {
      const look = extrasIn(opened.db);
      const of = (chunkId: string): string | null => {
        try {
          return look(chunkId);
        } catch (error) {
          throw journalProblem(error, opened.path);
        }
      };
      return { of, close: opened.close };
    } catch (error) {
      opened.close();
      throw journalProblem(error, opened.path);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    onUnreadable(error);
    return none;
  }
}
