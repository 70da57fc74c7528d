/** A clock that stands until it is moved: `advance` wakes who has slept long enough, in the order of their times. */

import type { Clock } from "../../src/core/clock.ts";

export interface HandClock extends Clock {
  readonly advance: (ms: number) => Promise<void>;
  /** How long those who sleep still have to, the nearest first. */
  readonly pending: () => number[];
}

export function handClock(startMs = 1_000_000): HandClock {
  let nowMs = startMs;
  let sleepers: { untilMs: number; wake: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    wallMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = { untilMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        });
      }),
    advance: async (ms) => {
      nowMs += ms;
      const due = sleepers.filter(({ untilMs }) => untilMs <= nowMs).sort((a, b) => a.untilMs - b.untilMs);
      sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs);
      for (const { wake } of due) wake();
      // Whoever was woken gets to run before the caller looks.
      await new Promise((resolve) => setImmediate(resolve));
    },
    pending: () => sleepers.map(({ untilMs }) => untilMs - nowMs).sort((a, b) => a - b),
  };
}
