/** Carries out what the slump of a backend asks for: has it examined once nothing is in flight, pauses, and tells of it. */

import type { Backend } from "../backends/backend.ts";
import type { Bell } from "../core/bell.ts";
import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Failure, FailureKind } from "../core/failure.ts";
import { find, type Health, record, resume, type Slump, type SlumpPolicy, steady, summaryOf } from "../core/slump.ts";
import type { Examine } from "./health.ts";

export interface SlumpWatch {
  readonly record: (failure: Failure | null) => void;
  /** Milliseconds until questions may go out again; 0 now, Infinity while it is looked at. */
  readonly waitMs: () => number;
  /** Whether a failure may count against its chunk. */
  readonly isSteady: () => boolean;
  /** A failure counted against this content. */
  readonly blamed: (hash: string) => void;
}

export interface SlumpWatchParts {
  readonly backend: Backend;
  /** As the backend is called in events. */
  readonly label: string;
  readonly policy: SlumpPolicy;
  readonly clock: Clock;
  readonly bell: Bell;
  readonly inFlight: () => number;
  readonly examine: Examine;
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
  readonly onDead: () => void;
  readonly onWell: () => void;
  /** Whether it has ever answered in this run: one that never did gets no pause, but its end. */
  readonly hasServed: () => boolean;
  /** It lives and is of no use; `isOver`: for the last time. */
  readonly onUnwell: (kind: FailureKind, failure: Failure, isOver: boolean) => void;
  /** Takes back what counted against these contents: it was not their fault. */
  readonly forgive: (hashes: readonly string[]) => void;
  readonly onError: (error: unknown) => void;
}

export function createSlumpWatch(parts: SlumpWatchParts): SlumpWatch {
  const { backend, policy, clock, bell, signal } = parts;
  let slump: Slump = steady;
  let suspects: string[] = [];

  async function look(last: Failure): Promise<void> {
    // What is in flight may show that it lives, and a probe beside it would have to wait for it in a busy server.
    while (parts.inFlight() > 0 && !signal.aborted) await bell.wait(signal);
    if (signal.aborted) return;
    conclude(await parts.examine(backend, signal), last);
    bell.ring();
  }

  function conclude(health: Health, last: Failure): void {
    if (slump.state !== "looking") return;
    const summary = summaryOf(slump.recent);
    slump = find(slump, health, clock.nowMs(), policy);
    if (health === "unwell") parts.forgive(suspects);
    suspects = [];
    if (summary === null) return;
    const isOver = slump.state === "over" || !parts.hasServed();
    const pauseMs = slump.state === "paused" && !isOver ? slump.untilMs - clock.nowMs() : 0;
    parts.report({ event: "backend.examined", backend: parts.label, health, ...summary, pause_ms: pauseMs });
    if (health === "dead") parts.onDead();
    else if (health === "well") parts.onWell();
    else parts.onUnwell(summary.kind, last, isOver);
  }

  return {
    record: (failure) => {
      // The server has said when to come back, which is neither good nor bad.
      if (failure?.kind === "overloaded") return;
      const before = slump;
      slump = record(slump, failure?.kind ?? null, policy);
      if (before.state === "looking" || slump.state !== "looking" || failure === null) return;
      look(failure).catch((error) => {
        if (!signal.aborted) parts.onError(error);
      });
    },
    waitMs: () => {
      slump = resume(slump, clock.nowMs());
      if (slump.state === "paused") return slump.untilMs - clock.nowMs();
      return slump.state === "looking" ? Number.POSITIVE_INFINITY : 0;
    },
    isSteady: () => slump.state === "steady",
    blamed: (hash) => {
      suspects = [...suspects.slice(1 - policy.windowSize), hash];
    },
  };
}
