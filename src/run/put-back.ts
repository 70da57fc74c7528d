/**
 * Puts failed chunks back as pending: first in the target, a few rows in a transaction, then in the journal. In that order,
 * since a run takes a chunk that is pending once more for one that its owner has reset: whatever ends this in between, it
 * can be started again.
 */

import type { Clock } from "../core/clock.ts";
import { rowsAfter } from "../core/hold.ts";
import type { Connection } from "../store/database.ts";
import { contentOf } from "../store/failures.ts";
import { journalProblem } from "../store/journal.ts";
import { transact, type Waiting } from "../store/lock.ts";
import { hasten, requeue } from "../store/retry.ts";
import type { PutBack, Target } from "../store/target.ts";
import type { targetWriter } from "./write-target.ts";

/** A text with its chunks; or, without a hash, one that another program has marked. */
export interface Case {
  readonly hash: string | null;
  readonly state: "waiting" | "quarantined" | "elsewhere";
  readonly ids: readonly string[];
}

export interface RetryCounts {
  /** Chunks that are asked about again, by the next run or one that is at work. */
  retried: number;
  /** Of these: waited for their next try already, which is due now. */
  waiting: number;
  /** Of these: marked by another program. */
  elsewhere: number;
  /** Other text by now, no such chunk, described or marked by another, and those a run has its hands on at this moment. */
  readonly left: { changed: number; gone: number; taken: number; busy: number; not_failed: number };
}

export const noneRetried = (): RetryCounts => ({
  ...{ retried: 0, waiting: 0, elsewhere: 0 },
  left: { changed: 0, gone: 0, taken: 0, busy: 0, not_failed: 0 },
});

export interface PutBackParts {
  readonly target: Target;
  readonly write: ReturnType<typeof targetWriter>;
  readonly journal: Connection | null;
  readonly journalWaiting: Waiting;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly counts: RetryCounts;
}

/** A stop ends it between two transactions; what was put back by then is settled and counted. */
export async function putBackAll(parts: PutBackParts, cases: readonly Case[]): Promise<void> {
  const outcomes = await putBackRows(parts, cases);
  const whole = cases.filter(({ ids, state }) => state === "waiting" || ids.every((id) => outcomes.has(id)));
  const settled = await settleAll(parts, whole, outcomes);
  for (const [i, one] of whole.entries()) count(parts.counts, one, outcomes, settled[i] ?? true);
}

async function putBackRows({ target, write, clock, stopping }: PutBackParts, cases: readonly Case[]) {
  const rows = cases
    .filter(({ state }) => state !== "waiting")
    .flatMap(({ ids, hash }) => ids.map((chunkId) => ({ chunkId, contentHash: hash })));
  const outcomes = new Map<string, PutBack>();
  let size = 1;
  while (rows.length > 0 && !stopping.aborted) {
    const batch = rows.splice(0, size);
    const { value, heldMs } = await write(() => target.putBack(batch));
    for (const [i, { chunkId }] of batch.entries()) outcomes.set(chunkId, value[i] ?? "gone");
    size = rowsAfter(batch.length, heldMs);
    // Others get in for as long as we were there.
    await clock.sleep(heldMs, stopping);
  }
  return outcomes;
}

/** For each case, whether it is asked about again: false where a run is just writing its verdict, or has answered. */
async function settleAll(
  { journal, journalWaiting, clock }: PutBackParts,
  cases: readonly Case[],
  outcomes: ReadonlyMap<string, PutBack>,
): Promise<boolean[]> {
  if (journal === null) return [];
  const { db, path } = journal;
  const settle = ({ hash, state, ids }: Case): boolean => {
    if (hash === null) return true;
    if (state === "waiting") return hasten(db, hash, clock.wallMs());
    const pending = ids.filter((id) => isPending(outcomes.get(id)));
    const left = ids.filter((id) => !pending.includes(id));
    // One that is no longer in quarantine was found pending by a run, in this moment, and taken.
    return requeue(db, hash, pending, left, clock.wallMs()) || contentOf(db, hash)?.state !== "quarantined";
  };
  try {
    return await transact(db, path, () => cases.map(settle), journalWaiting);
  } catch (error) {
    throw journalProblem(error, path);
  }
}

const isPending = (outcome: PutBack | undefined): boolean => outcome === "put_back" || outcome === "pending";

function count(counts: RetryCounts, { state, ids }: Case, outcomes: ReadonlyMap<string, PutBack>, settled: boolean) {
  for (const id of ids) {
    const outcome = outcomes.get(id) ?? "pending";
    if (outcome === "changed" || outcome === "gone" || outcome === "taken") counts.left[outcome]++;
    else if (!settled) counts.left.busy++;
    else {
      counts.retried++;
      if (state === "waiting") counts.waiting++;
      if (state === "elsewhere") counts.elsewhere++;
    }
  }
}
