/**
 * The statistics for a page that is looked at all the time: counted beside it, at most every few seconds, less often the
 * longer a count takes, and not where nobody has written since. Whoever asks gets the last one with its age.
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
/** A run that has died writes nothing, and neither does a retry that falls due: the count is made anew at least so often. */
const sameMaxMs = 15_000;
/** How long someone waits for the first count, in milliseconds. */
const firstMs = 40;

/** `version`: of both databases; the same as before where nobody has written. */
export function cachedStats(parts: ReadParts, version: () => Promise<string>): CachedStats {
  const { clock } = parts;
  let value: Stats | null = null;
  let counted = { version: "", atMs: Number.NEGATIVE_INFINITY, costMs: 0 };
  /** When the count was last known to be what a new one would give. */
  let trueMs = Number.NEGATIVE_INFINITY;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let counting: Promise<void> | null = null;

  async function count(): Promise<void> {
    const startedMs = clock.nowMs();
    try {
      // Before the count: what is written meanwhile makes it old.
      const now = await version();
      if (now !== counted.version || startedMs - counted.atMs >= sameMaxMs) {
        value = await readStats(parts);
        counted = { version: now, atMs: clock.nowMs(), costMs: clock.nowMs() - startedMs };
      }
      trueMs = clock.nowMs();
    } catch {
      // What is wrong with the database is told by the view that reads it; the old numbers stay, with their age.
    }
    lookedMs = clock.nowMs();
    counting = null;
  }

  function refresh(): void {
    const isOld = clock.nowMs() - lookedMs >= Math.max(ageMinMs, counted.costMs * costShare);
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
      return { value, agoMs: value === null ? null : clock.nowMs() - trueMs };
    },
    current: () => {
      refresh();
      return value;
    },
  };
}
