/**
 * How many questions at a time a backend is best asked: a pure climb. It starts low, goes up a step for as long as that
 * brings more, stays where it does not, tries again after a while, and halves when the backend is overloaded. The steps
 * are small, so that a server never sees a burst.
 *
 * | state | what happens | what follows |
 * | --- | --- | --- |
 * | climbing | a window brings enough more than the level below | that is the new base; a step up |
 * | climbing | it does not | back to the base; holding |
 * | holding | `holdWindows` windows have passed | climbing, from what this level brings now |
 * | either | overloaded | half, and soon climbing again, for `ceilingWindows` no further than to just below that level |
 */

export interface ParallelPolicy {
  readonly max: number;
  /** Answers in a window, at least: with fewer their number says little. */
  readonly windowMin: number;
  /** Windows of rest before the next try. */
  readonly holdWindows: number;
  /** Windows for which a level that was too much is not tried again. */
  readonly ceilingWindows: number;
  /** How much of the gain that a step would bring at best it must bring: under this it only costs memory. */
  readonly gainShare: number;
}

export const parallelPolicy = (max: number): ParallelPolicy => ({
  ...{ max, windowMin: 12, holdWindows: 12, ceilingWindows: 48, gainShare: 0.3 },
});

export interface Parallel {
  readonly limit: number;
  /** The level below, and what it brought in a millisecond; null: to be measured first. */
  readonly base: { readonly limit: number; readonly rate: number } | null;
  /** Windows still to be rested; 0 is climbing. */
  readonly rest: number;
  readonly window: Window;
  /** As far as it may go, for so many windows more. */
  readonly ceiling: { readonly limit: number; readonly windows: number } | null;
  /** What was asked before this is none of the present level's. */
  readonly sinceMs: number;
}

interface Window {
  readonly startMs: number | null;
  readonly answers: number;
  readonly work: number;
}

const empty: Window = { startMs: null, answers: 0, work: 0 };

export const startParallel = (limit: number, nowMs: number): Parallel => ({
  ...{ limit, base: null, rest: 0, window: empty, ceiling: null, sinceMs: nowMs },
});

export interface Answered {
  readonly askedAtMs: number;
  readonly nowMs: number;
  /** In any unit that is the same for all: tokens where they are known. */
  readonly work: number;
}

/** An answer counts for the level at which its question was asked; the first one only begins the window. */
export function answered(now: Parallel, { askedAtMs, nowMs, work }: Answered, policy: ParallelPolicy): Parallel {
  if (askedAtMs < now.sinceMs) return now;
  const { startMs } = now.window;
  if (startMs === null) return { ...now, window: { ...empty, startMs: nowMs } };
  const window = { startMs, answers: now.window.answers + 1, work: now.window.work + work };
  const isFull = window.answers >= Math.max(policy.windowMin, 3 * now.limit) && nowMs > startMs;
  if (!isFull) return { ...now, window };
  return judged({ ...now, window: empty, ceiling: sunk(now.ceiling) }, window.work / (nowMs - startMs), nowMs, policy);
}

const sunk = (ceiling: Parallel["ceiling"]): Parallel["ceiling"] =>
  ceiling === null || ceiling.windows <= 1 ? null : { ...ceiling, windows: ceiling.windows - 1 };

function judged(now: Parallel, rate: number, nowMs: number, policy: ParallelPolicy): Parallel {
  if (now.rest > 1) return { ...now, rest: now.rest - 1 };
  // The end of a rest: what this level brings may be another amount by now.
  if (now.rest === 1 || now.base === null) return climb({ ...now, rest: 0 }, rate, nowMs, policy);
  const gainMax = now.limit / now.base.limit - 1;
  if (rate >= now.base.rate * (1 + gainMax * policy.gainShare)) return climb(now, rate, nowMs, policy);
  return { ...now, limit: now.base.limit, base: null, rest: policy.holdWindows, sinceMs: nowMs };
}

function climb(now: Parallel, rate: number, nowMs: number, policy: ParallelPolicy): Parallel {
  const most = Math.min(policy.max, now.ceiling?.limit ?? policy.max);
  const limit = Math.min(most, now.limit + Math.max(1, Math.floor(now.limit / 4)));
  if (limit <= now.limit) return { ...now, base: null, rest: policy.holdWindows };
  return { ...now, base: { limit: now.limit, rate }, limit, sinceMs: nowMs };
}

/** All that was asked before a cut may still come back as overloaded, and is one sign only. */
export function overloaded(now: Parallel, askedAtMs: number, nowMs: number, policy: ParallelPolicy): Parallel {
  if (askedAtMs < now.sinceMs) return now;
  const limit = Math.max(1, Math.floor(now.limit / 2));
  const ceiling = { limit: Math.max(1, now.limit - 1), windows: policy.ceilingWindows };
  return { ...now, limit, base: null, rest: 1, window: empty, ceiling, sinceMs: nowMs };
}

/** The level to begin with another time: one that is only being tried is none. */
export const provenLimit = ({ limit, base }: Parallel): number => base?.limit ?? limit;
