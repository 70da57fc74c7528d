/** Waiting for something to happen inside the process: a bell wakes all who wait for it. It remembers nothing. */

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
