/** The two databases of the page: each is opened when it is first asked for, and again once its path names another file. */

import { Problem } from "../core/problem.ts";
import { dataVersion } from "../store/changes.ts";
import { type Connection, openProblem } from "../store/database.ts";
import { markNow } from "../store/file.ts";
import { journalPath, openJournal } from "../store/journal.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import { openForReading } from "../store/read-only.ts";
import { type Columns, currentColumns } from "../store/target/columns.ts";
import { openTarget } from "../store/target.ts";
import type { Paths } from "./open.ts";
import { openJournalToRead } from "./open-to-read.ts";

export interface PageFiles {
  /** Reads the target as it is now; a lock is waited for. */
  readonly readTarget: <T>(body: (db: Connection["db"], columns: Columns) => T) => Promise<T>;
  /** Of both, as they are now: another text once somebody has written, or they are other files. */
  readonly version: () => Promise<string>;
  /** Null where there is none yet. */
  readonly journal: () => Promise<Connection | null>;
  /** Made where there is none: a wish may come before the first run. */
  readonly journalToWrite: () => Promise<Connection>;
  readonly close: () => void;
}

interface Kept {
  readonly file: Connection;
  readonly mark: string | null;
  /** Which opening this is, for a version is only that of one connection. */
  readonly serial: number;
}

export function pageFiles(paths: Paths, waiting: Waiting): PageFiles {
  const journalFile = paths.journal ?? journalPath(paths.db);
  const kept = new Map<string, Kept>();
  let openings = 0;

  /** What is open is used as long as it is the file of that name. */
  async function open(what: string, path: string, how: () => Promise<Connection>): Promise<Connection> {
    const mark = markNow(path);
    const there = kept.get(what);
    if (there !== undefined && there.mark === mark) return there.file;
    there?.file.close();
    kept.delete(what);
    const file = await how();
    kept.set(what, { file, mark: markNow(path), serial: ++openings });
    return file;
  }

  const target = (): Promise<Connection> =>
    open("target", paths.db, async () => (await openForReading(paths.db, waiting)).file);

  async function identity() {
    const { db, path } = await target();
    const marks = await untilFree(path, () => openTarget({ db, path }).marks(), waiting);
    return { path, file: markNow(path) ?? "", ...marks };
  }

  async function journal(): Promise<Connection | null> {
    if (markNow(journalFile) === null) return null;
    return open("journal", journalFile, async () => {
      const file = await target();
      const opened = await openJournalToRead(paths, file, openTarget(file), waiting);
      if (opened === null)
        throw new Problem("io", "the journal went while it was opened", journalFile, "reload the page");
      return opened;
    });
  }

  return {
    readTarget: async (body) => {
      const { db, path } = await target();
      try {
        const columns = currentColumns(db, path);
        return await untilFree(path, () => db.transaction(() => body(db, columns()))(), waiting);
      } catch (error) {
        throw openProblem(error, path);
      }
    },
    journal,
    version: async () => {
      await target();
      await journal();
      const versions = ["target", "journal"].map((what) => {
        const there = kept.get(what);
        return there === undefined ? "none" : `${there.serial}.${dataVersion(there.file.db)}`;
      });
      return versions.join(" ");
    },
    journalToWrite: () =>
      open("journal-to-write", journalFile, async () => openJournal(journalFile, await identity(), waiting)),
    close: () => {
      for (const { file } of kept.values()) file.close();
      kept.clear();
    },
  };
}
