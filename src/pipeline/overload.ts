/** Tells of a backend that has been overloaded for a while, and of the end of that: it is waited for, and nothing else shows. */

import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Failure } from "../core/failure.ts";

export interface Overload {
  readonly failed: (failure: Failure) => void;
  readonly succeeded: () => void;
}

export interface OverloadParts {
  /** As the backend is called in events. */
  readonly label: string;
  readonly clock: Clock;
  readonly report: (event: RunEvent) => void;
}

/** A server that has too much to do for a moment is no news. */
const tellMs = 3_000;

export function createOverload({ label: backend, clock, report }: OverloadParts): Overload {
  let sinceMs: number | null = null;
  let isTold = false;
  return {
    failed: (failure) => {
      if (failure.kind !== "overloaded") return;
      const nowMs = clock.nowMs();
      sinceMs ??= nowMs;
      if (isTold || nowMs - sinceMs < tellMs) return;
      isTold = true;
      report({ event: "backend.overloaded", backend, status: failure.status, detail: failure.detail });
    },
    succeeded: () => {
      if (isTold && sinceMs !== null)
        report({ event: "backend.relieved", backend, waited_ms: Math.round(clock.nowMs() - sinceMs) });
      sinceMs = null;
      isTold = false;
    },
  };
}
