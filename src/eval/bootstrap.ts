/** Whether a difference is more than chance: a paired bootstrap over the same texts, the same numbers from the same seed. Pure. */

import { mean, quantileSorted } from "simple-statistics";
import { diceOf } from "../core/dice.ts";

export interface Interval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** The interval does not hold 0. */
  readonly isClear: boolean;
}

export const resamples = 2_000;
const shares = [0.025, 0.975] as const;
/** With fewer texts the resamples are too much alike, and the interval is far too narrow. */
const pairsMin = 5;

/** The mean of differences, each of one text, with its 95 % percentile interval; null for too few. */
export function pairedInterval(differences: readonly number[], seed: number): Interval | null {
  if (differences.length < pairsMin) return null;
  const dice = diceOf(seed);
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += differences[Math.floor(dice() * differences.length)] ?? 0;
    return sum / differences.length;
  }).toSorted((a, b) => a - b);
  const [low, high] = [quantileSorted(means, shares[0]), quantileSorted(means, shares[1])];
  return { difference: mean([...differences]), low, high, isClear: low > 0 || high < 0 };
}
