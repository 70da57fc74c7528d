/** Time and randomness as values to hand in: nothing below `run/` reads the machine's clock or dice itself. */

export interface Clock {
  /** Monotonic milliseconds, for durations; unaffected by a clock that is set. */
  readonly nowMs: () => number;
  /** Milliseconds since 1970, for what is stored and compared between processes. */
  readonly wallMs: () => number;
  /** Resolves after `ms`, or at once when the signal fires; it never rejects, so callers look at the signal. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();

/** A secret that nobody guesses: 122 random bits. */
export const systemToken = (): string => crypto.randomUUID();

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
    }),
};
