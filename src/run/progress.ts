/** The counts of a run, folded from its events, and the rate and ETA that follow. Pure. */

import type { Progress, RunEvent } from "../core/event.ts";
import type { Tokens } from "../store/ledger.ts";

/** Rate and ETA look at this many recent answers, so that a long pause in the past does not spoil them. */
const windowSize = 64;

export interface Tally {
  readonly enriched: number;
  readonly twins: number;
  readonly tooShort: number;
  /** Left as they were: changed, gone, or described by another. */
  readonly left: number;
  readonly failed: number;
  readonly quarantined: number;
  /** When recent rows left the backlog, in monotonic milliseconds, oldest first. */
  readonly recentMs: readonly number[];
}

export const emptyTally: Tally = {
  enriched: 0,
  twins: 0,
  tooShort: 0,
  left: 0,
  failed: 0,
  quarantined: 0,
  recentMs: [],
};

export function tally(now: Tally, event: RunEvent, nowMs: number): Tally {
  switch (event.event) {
    case "chunk.enriched": {
      const recentMs = [...now.recentMs.slice(1 - windowSize), nowMs];
      return { ...now, enriched: now.enriched + 1, twins: now.twins + (event.twin ? 1 : 0), recentMs };
    }
    case "chunk.skipped":
      return event.reason === "too_short" ? { ...now, tooShort: now.tooShort + 1 } : { ...now, left: now.left + 1 };
    case "chunk.failed":
      return { ...now, failed: now.failed + 1 };
    case "chunk.quarantined":
      return { ...now, quarantined: now.quarantined + 1 };
    default:
      return now;
  }
}

export interface Backlog {
  /** To be asked about when the run started, or the run's limit where that is smaller; null while it is being counted. */
  readonly total: number | null;
  readonly waiting: number;
  /** Texts that another run asks about. */
  readonly elsewhere: number;
  /** Of all questions, also of those that gave nothing: no event tells of each. */
  readonly spent: Tokens;
}

export function progressOf(now: Tally, backlog: Backlog, startedMs: number, nowMs: number): Progress {
  const done = now.enriched + now.left + now.quarantined;
  const remaining = backlog.total === null ? null : Math.max(0, backlog.total - done);
  const perMs = rate(now.recentMs, nowMs);
  return {
    enriched: now.enriched,
    twins: now.twins,
    too_short: now.tooShort,
    failed: now.failed,
    quarantined: now.quarantined,
    ...{ waiting: backlog.waiting, elsewhere: backlog.elsewhere },
    remaining,
    elapsed_ms: Math.round(nowMs - startedMs),
    chunks_per_hour: perMs === null ? null : Math.round(perMs * 3_600_000),
    eta_seconds: perMs === null || remaining === null ? null : Math.round(remaining / perMs / 1_000),
    tokens_in: backlog.spent.in,
    tokens_out: backlog.spent.out,
    tokens_cached: backlog.spent.cached,
  };
}

/** Rows per millisecond over the window and up to now, so that it falls while nothing comes; null with under two rows. */
function rate(recentMs: readonly number[], nowMs: number): number | null {
  const first = recentMs[0];
  if (first === undefined || recentMs.length < 2 || nowMs <= first) return null;
  return (recentMs.length - 1) / (nowMs - first);
}
