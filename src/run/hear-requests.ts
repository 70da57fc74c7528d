/**
 * Hears what people ask of this run through the journal, whichever process they asked: holds back new questions while it
 * is paused, and passes on a stop or a restart. What is in flight goes on.
 */

import { createBell } from "../core/bell.ts";
import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Heard } from "./session.ts";

export interface HearParts {
  /** Whether others have written to the journal since the last call. */
  readonly changed: () => boolean;
  readonly hear: () => Promise<Heard>;
  readonly clock: Clock;
  readonly report: (event: RunEvent) => void;
  readonly onStop: () => void;
  readonly onRestart: (askedBy: string) => void;
}

export interface Hearing {
  /** Hears until the signal fires; rejects when the journal cannot be read. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Resolves while there is no pause, or when the signal fires. */
  readonly unpaused: (signal: AbortSignal) => Promise<void>;
}

/** Between two looks, in milliseconds; one costs microseconds while nobody writes. */
const lookMs = 250;

/** The first look is made before it resolves, so that a pause holds from the first question on. */
export async function hearRequests(parts: HearParts): Promise<Hearing> {
  const { clock, report } = parts;
  const bell = createBell();
  let pausedMs: number | null = null;

  async function look(): Promise<void> {
    const { pause, asked } = await parts.hear();
    if (pause !== null && pausedMs === null) {
      pausedMs = clock.nowMs();
      report({ event: "run.paused", asked_by: pause.askedBy, since: new Date(pause.sinceMs).toISOString() });
    }
    if (pause === null && pausedMs !== null) {
      report({ event: "run.resumed", waited_ms: Math.round(clock.nowMs() - pausedMs) });
      pausedMs = null;
      bell.ring();
    }
    for (const { action, askedBy } of asked) {
      report({ event: "run.asked", action, asked_by: askedBy });
      if (action === "stop") parts.onStop();
      if (action === "restart") parts.onRestart(askedBy);
    }
  }

  await look();
  return {
    run: async (signal) => {
      for (;;) {
        await clock.sleep(lookMs, signal);
        if (signal.aborted) return;
        if (parts.changed()) await look();
      }
    },
    unpaused: async (signal) => {
      while (pausedMs !== null && !signal.aborted) await bell.wait(signal);
    },
  };
}
