/** Opens what a run stands on, target before journal, each waiting for its locks. It starts nothing. */

import { existsSync } from "node:fs";
import { type Connection, openDatabase, openProblem } from "../store/database.ts";
import { fileMark, requireSameFile } from "../store/file.ts";
import { type Identity, journalPath, openJournal } from "../store/journal.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import { upgradeOwn } from "../store/own.ts";
import { openTarget, type Target } from "../store/target.ts";

export interface Opened<J = Connection> {
  readonly target: Target;
  readonly targetFile: Connection;
  readonly journal: J;
  /** Throws a Problem once the target's path names another file, or none. */
  readonly requireTarget: () => void;
  readonly close: () => void;
}

export interface Paths {
  readonly db: string;
  /** Null: beside the database. */
  readonly journal: string | null;
}

/** The journal is made where there is none yet. */
export const openRun = (paths: Paths, waitingFor: (file: string) => Waiting): Promise<Opened> =>
  openBoth(paths, waitingFor, (path, identity) => openJournal(path, identity, waitingFor(path)));

/** For what has no use for a journal that is not there yet: none is made. */
export const openThere = (paths: Paths, waitingFor: (file: string) => Waiting): Promise<Opened<Connection | null>> =>
  openBoth(paths, waitingFor, async (path, identity) =>
    existsSync(path) ? openJournal(path, identity, waitingFor(path)) : null,
  );

async function openBoth<J extends Connection | null>(
  paths: Paths,
  waitingFor: (file: string) => Waiting,
  journalAt: (path: string, identity: Identity) => Promise<J>,
): Promise<Opened<J>> {
  const targetFile = await openDatabase(paths.db, "write", waitingFor(paths.db));
  try {
    const { path } = targetFile;
    const mark = fileMark(path);
    const waiting = waitingFor(path);
    await upgradeOwn(targetFile, waiting);
    const target = await untilFree(path, () => openTarget(targetFile), waiting);
    const marks = await untilFree(path, () => target.marks(), waiting);
    const journal = await journalAt(paths.journal ?? journalPath(path), { path, file: mark, ...marks });
    const close = (): void => {
      journal?.close();
      targetFile.close();
    };
    return { target, targetFile, journal, requireTarget: () => requireSameFile(path, mark), close };
  } catch (error) {
    targetFile.close();
    throw openProblem(error, targetFile.path);
  }
}
