/** Retrying failures: opens what is needed, finds the chunks that are meant, and has them put back as pending. */

import { elsewhere } from "../core/choices.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Connection } from "../store/database.ts";
import { contentOf, failedContents, memberOf, membersOf } from "../store/failures.ts";
import { transact, untilFree, type Waiting } from "../store/lock.ts";
import { type LostRun, recoverRuns, runningRuns } from "../store/runs.ts";
import { findChunk } from "./find-chunk.ts";
import { failedElsewhere, type ListedKind } from "./list-failures.ts";
import { type Opened, openThere, type Paths } from "./open.ts";
import type { ToRead } from "./open-to-read.ts";
import { isRunning } from "./process.ts";
import { type Case, noneRetried, putBackAll, type RetryCounts } from "./put-back.ts";
import { watchLock } from "./watch-lock.ts";
import { watchPause } from "./watch-pause.ts";
import { targetWriter } from "./write-target.ts";

export interface RetryParts {
  readonly paths: Paths;
  /** Ids as a person gives them, a kind, or everything. */
  readonly wanted: { readonly ids: readonly string[] } | { readonly kind: ListedKind } | "all";
  readonly lockTimeoutMs: number;
  /** Where BrainLayer asks for a pause; null where that cannot be known. */
  readonly pauseFile: string | null;
  readonly stopping: AbortSignal;
  readonly report: (event: RunEvent) => void;
  readonly clock: Clock;
  readonly random: Random;
}

export interface RetryReport extends Readonly<Omit<RetryCounts, "left">> {
  readonly schema: "enrichd.retry/1";
  readonly db: string;
  readonly left: Readonly<RetryCounts["left"]>;
  readonly stopped: boolean;
}

type Open = Opened<Connection | null> & Pick<ToRead, "file" | "read">;

/** Texts that are put back together: their rows in the target by a few, in the journal in one transaction. */
const casesMax = 64;

/** Throws a Problem for an id that nobody has, before anything is changed, and for a lock that lasts too long. */
export async function retryFailures(parts: RetryParts): Promise<RetryReport> {
  const { clock, random, stopping, report, wanted } = parts;
  const waitingFor = (file: string): Waiting =>
    watchLock({ file, clock, random, timeoutMs: () => parts.lockTimeoutMs, signal: stopping, report });
  const opened = await openThere(parts.paths, waitingFor);
  const { target, targetFile, journal } = opened;
  const { path } = targetFile;
  const counts = noneRetried();
  const pause = watchPause({
    ...{ file: target.layout === "own" ? null : parts.pauseFile, clock, timeoutMs: () => parts.lockTimeoutMs },
    ...{ signal: stopping, report },
  });
  const write = targetWriter({ opened, clock, waiting: waitingFor(path), pause });
  const journalWaiting = waitingFor(journal?.path ?? path);
  try {
    if (journal !== null) await giveUpLost(journal, clock, journalWaiting);
    let batch: Case[] = [];
    const flush = async (): Promise<void> => {
      await putBackAll({ target, write, journal, journalWaiting, clock, stopping, counts }, batch);
      batch = [];
      stopping.throwIfAborted();
    };
    const read: Open["read"] = (body) => untilFree(path, body, waitingFor(path));
    for await (const one of casesOf({ ...opened, file: targetFile, read }, wanted, counts)) {
      batch.push(one);
      if (batch.length >= casesMax) await flush();
    }
    await flush();
    return { schema: "enrichd.retry/1", db: path, ...counts, stopped: false };
  } catch (error) {
    if (!stopping.aborted || error !== stopping.reason) throw error;
    return { schema: "enrichd.retry/1", db: path, ...counts, stopped: true };
  } finally {
    opened.close();
  }
}

/** The verdicts that a killed run has left behind belong to nobody then, and can be taken back. */
async function giveUpLost({ db, path }: Connection, clock: Clock, waiting: Waiting): Promise<void> {
  const runs = await untilFree(path, () => runningRuns(db), waiting);
  const lost: LostRun[] = [];
  for (const run of runs) if (!(await isRunning(run.owner))) lost.push({ ...run, reason: "its process is gone" });
  if (lost.length > 0) await transact(db, path, () => recoverRuns(db, lost, clock.wallMs()), waiting);
}

async function* casesOf(opened: Open, wanted: RetryParts["wanted"], counts: RetryCounts) {
  if (wanted !== "all" && "ids" in wanted) {
    yield* casesOfIds(opened, wanted.ids, counts);
    return;
  }
  const kind = wanted === "all" ? null : wanted.kind;
  if (opened.journal !== null && kind !== elsewhere) yield* casesOfKind(opened.journal, kind);
  if (kind !== null && kind !== elsewhere) return;
  for await (const id of failedElsewhere(opened)) yield await opened.read(() => caseElsewhere(opened, id));
}

function* casesOfKind({ db }: Connection, kind: ListedKind | null): Generator<Case> {
  for (let after = ""; ; ) {
    const contents = failedContents(db, kind, after, casesMax);
    for (const { hash, state } of contents) {
      after = hash;
      yield {
        hash,
        state: state === "waiting" ? state : "quarantined",
        ids: membersOf(db, hash).map((m) => m.chunkId),
      };
    }
    if (contents.length < casesMax) return;
  }
}

/** All are looked up first: one that nobody has keeps the others from being touched. */
async function* casesOfIds(opened: Open, said: readonly string[], counts: RetryCounts): AsyncGenerator<Case> {
  const ids = new Set<string>();
  for (const id of said) ids.add(await findChunk(opened, id));
  const hashes = new Set<string>();
  for (const id of ids) {
    const one = await opened.read(() => caseOf(opened, id));
    if (one === null) counts.left.not_failed++;
    else if (one.hash === null || !hashes.has(one.hash)) yield one;
    if (one !== null && one.hash !== null) hashes.add(one.hash);
  }
}

function caseOf(opened: Open, id: string): Case | null {
  const { target, journal } = opened;
  const member = journal === null ? null : memberOf(journal.db, id);
  const content = journal === null || member === null ? null : contentOf(journal.db, member.hash);
  const isFailed = content !== null && content.kind !== null;
  if (journal !== null && isFailed && (content.state === "waiting" || content.state === "quarantined")) {
    const ids = membersOf(journal.db, content.hash).map(({ chunkId }) => chunkId);
    return { hash: content.hash, state: content.state, ids };
  }
  return target.standingOf(id)?.mark === "failed" ? caseElsewhere(opened, id) : null;
}

/** Where its text was given up for another chunk, a run would give it that verdict again: so both are put back. */
function caseElsewhere({ target, journal }: Open, id: string): Case {
  const hash = target.standingOf(id)?.hash ?? null;
  const content = journal === null || hash === null ? null : contentOf(journal.db, hash);
  if (journal === null || content?.state !== "quarantined") return { hash: null, state: "elsewhere", ids: [id] };
  const ids = membersOf(journal.db, content.hash).map(({ chunkId }) => chunkId);
  return { hash, state: "quarantined", ids: [...new Set([...ids, id])] };
}
