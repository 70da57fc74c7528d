/** Doctor's look at the journal: of this database, whole, what runs have left in it, and whether they are paused. It only reads. */

import { existsSync } from "node:fs";
import type { Clock, Random } from "../../core/clock.ts";
import { plural, size } from "../../core/format.ts";
import { Problem } from "../../core/problem.ts";
import { type Connection, openDatabase } from "../../store/database.ts";
import { fileMark } from "../../store/file.ts";
import { journalFacts, sizeOf } from "../../store/inspect.ts";
import { checkJournal, journalPath, journalProblem, journalVersion } from "../../store/journal.ts";
import { isBusy } from "../../store/lock.ts";
import { quickCheck } from "../../store/quick-check.ts";
import { openForReading } from "../../store/read-only.ts";
import { type Pause, pauseOf } from "../../store/requests.ts";
import type { RunningRun } from "../../store/runs.ts";
import { openTarget } from "../../store/target.ts";
import { howToResume, pausedBy } from "../paused.ts";
import { isRunning } from "../process.ts";
import { checkMs, tellIntegrity } from "./database.ts";
import { type Finding, type Findings, findingsOf } from "./finding.ts";

export interface JournalParts {
  /** The real path; null where there is no database to open. */
  readonly db: string | null;
  /** Null: beside the database. */
  readonly journal: string | null;
  readonly clock: Clock;
  readonly random: Random;
}

export async function examineJournal(parts: JournalParts): Promise<readonly Finding[]> {
  const [found, pause] = [findingsOf("journal"), findingsOf("pause")];
  const path = parts.journal ?? (parts.db === null ? null : journalPath(parts.db));
  if (path === null) return [];
  if (!existsSync(path)) {
    found.ok("found", "none yet: the first run makes it", path);
    examinePause(path, null, pause);
    return [...found.all, ...pause.all];
  }
  try {
    const { file, snapshot } = await openForReading(path, { clock: parts.clock, random: parts.random, timeoutMs: 0 });
    try {
      await examine(parts, file, snapshot, found);
      examinePause(path, pauseOf(file.db), pause);
    } finally {
      file.close();
    }
  } catch (error) {
    if (isBusy(error)) found.warn("lock", "it is locked: a run may be writing", path, "enrichd doctor");
    else {
      const problem = journalProblem(error, path);
      if (!(problem instanceof Problem)) throw error;
      found.fail("open", problem);
    }
  }
  return [...found.all, ...pause.all];
}

/** What somebody asked for on the status page, and which outlasts it. */
function examinePause(path: string, pause: Pause | null, found: Findings): void {
  if (pause === null) found.ok("page", "nobody has paused the runs", path);
  else {
    const since = new Date(pause.sinceMs).toISOString();
    found.warn("page", `all runs are paused ${pausedBy(pause.askedBy, since)}: none asks anything`, path, howToResume);
  }
}

async function examine({ db, clock }: JournalParts, journal: Connection, snapshot: boolean, found: Findings) {
  const { path } = journal;
  if (db !== null) await checkIdentity(db, journal, clock);
  const facts = journalFacts(journal.db);
  const version =
    facts.version < journalVersion
      ? `version ${facts.version}, which the next run brings up to date`
      : `version ${facts.version}`;
  const whose = db === null ? "" : ", of this database";
  found.ok("found", `${size(sizeOf(path) ?? 0)}, ${version}${whose}`, path);
  await examineRuns(path, facts, found);
  if (facts.quarantined > 0)
    found.ok("failures", `${plural(facts.quarantined, "text")} given up`, path, "enrichd failures");
  const mend = "move it away, with the -wal and -shm beside it, and run again: what is in the database stays";
  if (!snapshot) tellIntegrity(path, await quickCheck(path, checkMs, clock), found, mend);
}

/** Throws a Problem where it is another database's. What the database says of itself is all that is read there. */
async function checkIdentity(db: string, journal: Connection, clock: Clock): Promise<void> {
  const waiting = { clock, random: () => 0, timeoutMs: 0, signal: AbortSignal.abort() };
  const file = await openDatabase(db, "read", waiting).catch(() => null);
  if (file === null) return;
  try {
    checkJournal(journal.db, journal.path, { path: db, file: fileMark(db), ...openTarget(file).marks() });
  } catch (error) {
    // The database has its own findings.
    if (!isBusy(error) && !(error instanceof Problem && error.where === db)) throw error;
  } finally {
    file.close();
  }
}

async function examineRuns(
  path: string,
  { running, due }: ReturnType<typeof journalFacts>,
  found: Findings,
): Promise<void> {
  const live: RunningRun[] = [];
  for (const run of running) if (await isRunning(run.owner)) live.push(run);
  const pids = live.map(({ owner }) => owner.pid).join(", ");
  const crashed = running.length - live.length;
  found.ok(
    "runs",
    live.length === 0 ? "no run is at work" : `${plural(live.length, "run")} at work (pid ${pids})`,
    path,
  );
  if (crashed > 0) {
    const what = `${plural(crashed, "run")} ended without a word (killed, or a power cut)`;
    found.warn("crashed", what, path, "enrichd run takes over what they left");
  }
  const verdicts = `${plural(due, "verdict")} on the way to the database`;
  if (due === 0 || live.length > 0)
    found.ok("due", due === 0 ? "all that was answered is in the database" : verdicts, path);
  else found.warn("due", `${verdicts}, and no run that writes them`, path, "enrichd run");
}
