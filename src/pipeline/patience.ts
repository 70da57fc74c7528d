/** What a backend has done so far, and what that means: a pause, its breaker opened, or its end. It waits for nothing. */

import { backoffMs } from "../core/backoff.ts";
import type { Clock, Random } from "../core/clock.ts";
import { type Failure, policyOf, stopsRun } from "../core/failure.ts";
import { coldMax, type GatePolicy, verdictOn } from "./gate-policy.ts";

/** `open`: the breaker, for it was never there, and another works meanwhile. */
export type Judgement = "keep" | "open" | "lose";

export interface Patience {
  readonly succeeded: () => void;
  readonly failed: (failure: Failure, othersServe: boolean) => Judgement;
  /** Milliseconds of a pause that a failure has asked for. */
  readonly waitMs: () => number;
  readonly isFailing: () => boolean;
  /** In milliseconds since 1970. */
  readonly succeededAtMs: () => number | null;
}

export function createPatience(policy: GatePolicy, clock: Clock, random: Random): Patience {
  let succeededAtMs: number | null = null;
  let streak = 0;
  let failingSinceMs: number | null = null;
  let notBeforeMs = 0;

  function note(failure: Failure, nowMs: number): void {
    const { opensBreaker } = policyOf(failure);
    streak++;
    if (failure.kind === "overloaded") {
      const pauseMs = failure.retryAfterMs ?? backoffMs(policy.overloadPause, Math.min(streak, 10), random);
      notBeforeMs = Math.max(notBeforeMs, nowMs + pauseMs);
    } else if (opensBreaker && succeededAtMs === null)
      notBeforeMs = nowMs + backoffMs(policy.coldPause, streak, random);
    if (opensBreaker || failure.kind === "overloaded") failingSinceMs ??= nowMs;
    else if (verdictOn(failure) === "success") failingSinceMs = null;
  }

  return {
    succeeded: () => {
      succeededAtMs = clock.wallMs();
      streak = 0;
      failingSinceMs = null;
    },
    failed: (failure, othersServe) => {
      const nowMs = clock.nowMs();
      note(failure, nowMs);
      if (stopsRun(failure, succeededAtMs !== null)) return "lose";
      const isCold = succeededAtMs === null && streak >= coldMax(failure, policy);
      if (isCold) return policyOf(failure).opensBreaker && othersServe ? "open" : "lose";
      // The end of a pause that would be too long is not waited for.
      const isGone = failingSinceMs !== null && Math.max(nowMs, notBeforeMs) - failingSinceMs >= policy.goneMs;
      return isGone && !othersServe ? "lose" : "keep";
    },
    waitMs: () => Math.max(0, notBeforeMs - clock.nowMs()),
    isFailing: () => failingSinceMs !== null,
    succeededAtMs: () => succeededAtMs,
  };
}
