/** Waiting for something to happen inside the process: a bell wakes all who wait for it. It remembers nothing. */

import type { Clock } from "./clock.ts";

export interface Bell {
  readonly ring: () => void;
  /** Resolves at the next ring, or when the signal fires, and leaves no listener on it. Look at the state just before. */
  readonly wait: (signal: AbortSignal) => Promise<void>;
}

export function createBell(): Bell {
  let waiters: (() => void)[] = [];
  return {
    ring: () => {
      const woken = waiters;
      waiters = [];
      for (const wake of woken) wake();
    },
    wait: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          resolve();
        };
        signal.addEventListener("abort", wake, { once: true });
        waiters.push(wake);
      }),
  };
}

/** Until the next ring, the signal, or so many milliseconds have passed; Infinity waits for the other two. */
export async function ringWithin(bell: Bell, ms: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  const nap = new AbortController();
  const ended = signal === undefined ? nap.signal : AbortSignal.any([signal, nap.signal]);
  const naps = Number.isFinite(ms) ? [clock.sleep(Math.max(0, ms), ended)] : [];
  await Promise.race([bell.wait(ended), ...naps]);
  nap.abort();
}
