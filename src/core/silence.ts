/** How long a server may be silent before it is doubted, from how long its silences were while it was well. Pure. */

/** The last silences, in milliseconds, the newest last. */
export type Silences = readonly number[];

const kept = 500;
/** Before this many were seen, nothing is known. */
const enough = 50;
const unknownMs = 60_000;
const leastMs = 30_000;
/** A healthy server on a machine that others use as well has silences a few times as long as its usual ones. */
const margin = 5;

export const withSilence = (silences: Silences, ms: number): Silences => [...silences.slice(1 - kept), ms];

/** Five times the 99th percentile, and never under 30 s. */
export function silenceLimitMs(silences: Silences): number {
  if (silences.length < enough) return unknownMs;
  const sorted = [...silences].sort((a, b) => a - b);
  const p99 = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
  return Math.max(leastMs, margin * p99);
}
