/** How much there is to do: counts the wanted chunks in small steps beside the work, so that progress has an end to show. */

import type { Clock } from "../core/clock.ts";
import { openProblem } from "../store/database.ts";
import type { Ledger } from "../store/ledger.ts";
import { isBusy } from "../store/lock.ts";
import type { Selection, Target } from "../store/target.ts";
import type { Backlog } from "./progress.ts";

/** Milliseconds between two steps; each is a few milliseconds of reading, and the work comes first. */
const pauseMs = 20;
const busyPauseMs = 500;

/** Resolves with the number, or with null when the signal fired first. */
export async function countBacklog(
  target: Target,
  path: string,
  selection: Selection,
  clock: Clock,
  signal: AbortSignal,
): Promise<number | null> {
  let total = 0;
  let before: number | null = null;
  while (!signal.aborted) {
    const step = tryCount(target, path, selection, before);
    if (step !== null) {
      total += step.count;
      if (step.next === null) return total;
      before = step.next;
    }
    await clock.sleep(step === null ? busyPauseMs : pauseMs, signal);
  }
  return null;
}

/** Null under a lock: only a number for the eye, so it waits its turn. */
function tryCount(target: Target, path: string, selection: Selection, before: number | null) {
  try {
    return target.countPage(selection, before);
  } catch (error) {
    if (isBusy(error)) return null;
    throw openProblem(error, path);
  }
}

/** How many texts wait for another try, or for another run (none where the journal cannot be read any more), and what the run has cost. */
export function standOf(ledger: Pick<Ledger, "countOpen" | "spent">): Omit<Backlog, "total"> {
  const spent = ledger.spent();
  try {
    return { ...ledger.countOpen(), spent };
  } catch {
    return { waiting: 0, elsewhere: 0, spent };
  }
}
