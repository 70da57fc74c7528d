/** Opens target and journal to read them together, and closes them. It works beside a run, under any lock, and writes nothing. */

import { existsSync } from "node:fs";
import type { Clock, Random } from "../core/clock.ts";
import { type Connection, openDatabase, openProblem } from "../store/database.ts";
import { fileMark } from "../store/file.ts";
import { checkJournal, journalPath, journalProblem } from "../store/journal.ts";
import { isBusy, type Waiting } from "../store/lock.ts";
import { openForReading, type Reading } from "../store/read-only.ts";
import { openTarget, type Target } from "../store/target.ts";
import type { Paths } from "./open.ts";

export interface ReadParts {
  readonly paths: Paths;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ToRead {
  readonly target: Target;
  readonly file: Connection;
  /** True where the file could not be locked: what others have written since its last checkpoint is not seen. */
  readonly snapshot: boolean;
  /** Null where there is none yet. */
  readonly journal: Connection | null;
  /** One read of the target, for those that may also wait for its lock. */
  readonly read: <T>(body: () => T) => Promise<T>;
}

/** Calls `body` with both open; once more with a snapshot, where a lock came in its way. */
export async function readBoth<T>(
  { paths, clock, random }: ReadParts,
  body: (opened: ToRead) => T | Promise<T>,
): Promise<T> {
  const waiting = { clock, random, timeoutMs: 0 };
  const reading = await openForReading(paths.db, waiting);
  try {
    return await read(reading);
  } catch (error) {
    if (reading.snapshot || !isBusy(error)) throw openProblem(error, reading.file.path);
    // Locked after it was opened: what lies in the file is looked at without a lock.
    const file = await openDatabase(paths.db, "snapshot", waiting);
    try {
      return await read({ file, snapshot: true });
    } finally {
      file.close();
    }
  } finally {
    reading.file.close();
  }

  async function read({ file, snapshot }: Reading): Promise<T> {
    const target = openTarget(file);
    const journal = await openJournalToRead(paths, file, target, waiting);
    try {
      return await body({ target, file, snapshot, journal, read: async (body) => body() });
    } catch (error) {
      if (journal !== null && isDamaged(journal)) throw journalProblem(error, journal.path);
      throw error;
    } finally {
      journal?.close();
    }
  }
}

/** Null where there is none yet; a Problem when it is damaged, newer, or another database's. */
export async function openJournalToRead(
  paths: Paths,
  { path }: Pick<Connection, "path">,
  target: Pick<Target, "marks">,
  waiting: Waiting,
): Promise<Connection | null> {
  const journalFile = paths.journal ?? journalPath(path);
  if (!existsSync(journalFile)) return null;
  const { file } = await openForReading(journalFile, waiting).catch((error) => {
    throw journalProblem(error, journalFile);
  });
  try {
    checkJournal(file.db, file.path, { path, file: fileMark(path), ...target.marks() });
    return file;
  } catch (error) {
    file.close();
    throw journalProblem(error, file.path);
  }
}

/** Which of the two a failed read was of, SQLite does not say. */
function isDamaged({ db }: Connection): boolean {
  try {
    return db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check !== "ok";
  } catch {
    return true;
  }
}
