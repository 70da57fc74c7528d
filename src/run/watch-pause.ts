/** Waits while BrainLayer asks for a pause, and tells when it begins and ends. It looks at the sentinel, never changes it. */

import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import { Problem } from "../core/problem.ts";
import { isPaused } from "../store/pause.ts";

export interface PauseWatch {
  readonly isOn: () => boolean;
  /** Resolves when there is no pause; a `locked` Problem after `timeoutMs`, the signal's reason when it fires first. */
  readonly over: () => Promise<void>;
}

export interface PauseParts {
  /** The sentinel; null where nobody could ask for a pause. */
  readonly file: string | null;
  readonly clock: Clock;
  /** Read at each look, since a run that ends has less patience than one that works. */
  readonly timeoutMs: () => number;
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
}

/** Between two looks, in milliseconds: a pause that is over is noticed within it. */
const lookMs = 500;

export function watchPause({ file, clock, timeoutMs, signal, report }: PauseParts): PauseWatch {
  if (file === null) return { isOn: () => false, over: async () => {} };
  const isOn = (): boolean => isPaused(file, clock.wallMs());
  async function over(): Promise<void> {
    if (file === null || !isOn()) return;
    const startedMs = clock.nowMs();
    report({ event: "target.paused", file });
    for (;;) {
      await clock.sleep(lookMs, signal);
      signal.throwIfAborted();
      const waitedMs = clock.nowMs() - startedMs;
      if (!isOn()) return report({ event: "target.resumed", file, waited_ms: Math.round(waitedMs) });
      if (waitedMs >= timeoutMs()) throw pausedProblem(file);
    }
  }
  return { isOn, over };
}

const pausedProblem = (file: string): Problem =>
  new Problem(
    "locked",
    "BrainLayer asks for a pause, so nothing was written to its database",
    file,
    "run again when the pause is over (`brainlayer resume` ends it): what was answered is kept and not asked again",
  );
