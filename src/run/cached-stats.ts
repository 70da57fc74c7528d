/**
 * The statistics for a page that is looked at all the time: counted beside it, at most every few seconds, and less often
 * the longer a count takes. Whoever asks gets the last one with its age.
 */

import type { ReadParts } from "./open-to-read.ts";
import { readStats } from "./read-stats.ts";
import type { Stats } from "./stats.ts";

export interface CachedStats {
  /** Waits a little for the first one. */
  readonly latest: () => Promise<{ readonly value: Stats | null; readonly agoMs: number | null }>;
  /** As it is; a new count is begun where it is old. */
  readonly current: () => Stats | null;
}

const ageMinMs = 2_000;
/** A count may take this part of the time at most. */
const costShare = 20;
/** How long someone waits for the first count, in milliseconds. */
const firstMs = 40;

export function cachedStats(parts: ReadParts): CachedStats {
  const { clock } = parts;
  let value: Stats | null = null;
  let countedMs = Number.NEGATIVE_INFINITY;
  let costMs = 0;
  let counting: Promise<void> | null = null;

  async function count(): Promise<void> {
    const startedMs = clock.nowMs();
    try {
      value = await readStats(parts);
    } catch {
      // What is wrong with the database is told by the view that reads it; the old numbers stay, with their age.
    }
    countedMs = clock.nowMs();
    costMs = countedMs - startedMs;
    counting = null;
  }

  function refresh(): void {
    const isOld = clock.nowMs() - countedMs >= Math.max(ageMinMs, costMs * costShare);
    if (isOld && counting === null) counting = count();
  }

  return {
    latest: async () => {
      refresh();
      if (value === null && counting !== null) {
        const over = new AbortController();
        await Promise.race([counting, clock.sleep(firstMs, over.signal)]);
        over.abort();
      }
      return { value, agoMs: value === null ? null : clock.nowMs() - countedMs };
    },
    current: () => {
      refresh();
      return value;
    },
  };
}
