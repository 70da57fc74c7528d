/** Opens target and journal to read them, collects the statistics, and closes them. It works beside a run and any lock. */

import { existsSync } from "node:fs";
import type { Clock, Random } from "../core/clock.ts";
import type { Connection } from "../store/database.ts";
import { openDatabase, openProblem } from "../store/database.ts";
import { fileMark } from "../store/file.ts";
import { checkJournal, journalPath, journalProblem } from "../store/journal.ts";
import { isBusy } from "../store/lock.ts";
import { openForReading, type Reading } from "../store/read-only.ts";
import { openTarget, type Target } from "../store/target.ts";
import type { Paths } from "./open.ts";
import { collectStats, type Stats } from "./stats.ts";

export interface ReadParts {
  readonly paths: Paths;
  readonly clock: Clock;
  readonly random: Random;
}

export async function readStats({ paths, clock, random }: ReadParts): Promise<Stats> {
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

  async function read({ file, snapshot }: Reading): Promise<Stats> {
    const target = openTarget(file);
    const journal = await openJournalToRead(file, target);
    try {
      return await collectStats({ target, path: file.path, snapshot, journal, wallMs: clock.wallMs() });
    } catch (error) {
      if (journal !== null && isDamaged(journal)) throw journalProblem(error, journal.path);
      throw error;
    } finally {
      journal?.close();
    }
  }

  async function openJournalToRead({ path }: Connection, target: Target): Promise<Connection | null> {
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
}

/** Which of the two a failed read was of, SQLite does not say. */
function isDamaged({ db }: Connection): boolean {
  try {
    return db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check !== "ok";
  } catch {
    return true;
  }
}
