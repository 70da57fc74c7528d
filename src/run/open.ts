/** Opens what a run stands on, target before journal, each waiting for its locks. It starts nothing. */

import { type Connection, openDatabase, openProblem } from "../store/database.ts";
import { fileMark, requireSameFile } from "../store/file.ts";
import { journalPath, openJournal } from "../store/journal.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import { upgradeOwn } from "../store/own.ts";
import { openTarget, type Target } from "../store/target.ts";

export interface Opened {
  readonly target: Target;
  readonly targetFile: Connection;
  readonly journal: Connection;
  /** Throws a Problem once the target's path names another file, or none. */
  readonly requireTarget: () => void;
  readonly close: () => void;
}

export interface Paths {
  readonly db: string;
  /** Null: beside the database. */
  readonly journal: string | null;
}

export async function openRun(paths: Paths, waitingFor: (file: string) => Waiting): Promise<Opened> {
  const targetFile = await openDatabase(paths.db, "write", waitingFor(paths.db));
  try {
    const { path } = targetFile;
    const mark = fileMark(path);
    const waiting = waitingFor(path);
    await upgradeOwn(targetFile, waiting);
    const target = await untilFree(path, () => openTarget(targetFile), waiting);
    const marks = await untilFree(path, () => target.marks(), waiting);
    const journalFile = paths.journal ?? journalPath(path);
    const identity = { path, file: mark, ...marks };
    const journal = await openJournal(journalFile, identity, waitingFor(journalFile));
    const close = (): void => {
      journal.close();
      targetFile.close();
    };
    return { target, targetFile, journal, requireTarget: () => requireSameFile(path, mark), close };
  } catch (error) {
    targetFile.close();
    throw openProblem(error, targetFile.path);
  }
}
