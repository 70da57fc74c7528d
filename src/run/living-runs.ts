/**
 * Which of the runs that are written down as running go on: one whose process was killed stands there until the next run
 * looks. It only reads.
 */

import type { Connection } from "../store/database.ts";
import { runningRuns } from "../store/runs.ts";
import { isRunning } from "./process.ts";

/** Ids of runs. */
export interface LivingRuns {
  readonly alive: readonly number[];
  /** Their processes are gone. */
  readonly gone: readonly number[];
}

export async function livingRuns({ db }: Connection): Promise<LivingRuns> {
  const runs = runningRuns(db);
  const isAlive = await Promise.all(runs.map(({ owner }) => isRunning(owner)));
  const idsOf = (wanted: boolean): number[] => runs.filter((_, i) => isAlive[i] === wanted).map(({ id }) => id);
  return { alive: idsOf(true), gone: idsOf(false) };
}
