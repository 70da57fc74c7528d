/** How many questions a backend may have before it: no limit of its own, or the climb of `--parallel auto` with its memory. */

import type { Clock } from "../core/clock.ts";
import type { Failure } from "../core/failure.ts";
import {
  answered,
  overloaded,
  type Parallel,
  type ParallelPolicy,
  provenLimit,
  startParallel,
} from "../core/parallel.ts";

export interface Limiter {
  readonly limit: () => number;
  /** One question has ended; `work` is what it has brought, 0 for nothing. */
  readonly settled: (askedAtMs: number, failure: Failure | null, work: number) => void;
}

/** As many as there are slots. */
export const unlimited: Limiter = { limit: () => Number.POSITIVE_INFINITY, settled: () => {} };

export interface LimiterParts {
  readonly policy: ParallelPolicy;
  readonly clock: Clock;
  /** What was best for the model that answers, another time; null where nothing is known. Asked once it has answered. */
  readonly recall: () => number | null;
  readonly remember: (limit: number) => void;
  readonly onChange: (from: number, to: number) => void;
}

/** Low, and more than one: with one, nothing shows whether more would help. */
const startLimit = 2;

export function createLimiter({ policy, clock, recall, remember, onChange }: LimiterParts): Limiter {
  let now = startParallel(Math.min(startLimit, policy.max), clock.nowMs());
  let remembered: number | null = null;
  let hasRecalled = false;
  /** What was best another time, while it is gone up to: one more for each answer, so that nothing bursts. */
  let wanted: number | null = null;

  function move(next: Parallel): void {
    const from = now.limit;
    now = next;
    if (now.limit !== from) onChange(from, now.limit);
    const proven = provenLimit(now);
    if (now.rest === 0 || proven === remembered) return;
    remembered = proven;
    remember(proven);
  }

  return {
    limit: () => now.limit,
    settled: (askedAtMs, failure, work) => {
      const nowMs = clock.nowMs();
      if (failure !== null && isTooMuch(failure)) {
        wanted = null;
        return move(overloaded(now, askedAtMs, nowMs, policy));
      }
      if (work <= 0) return;
      if (!hasRecalled) {
        hasRecalled = true;
        wanted = recall();
      }
      if (wanted !== null) {
        const limit = Math.min(wanted, policy.max, now.limit + 1);
        if (limit >= Math.min(wanted, policy.max)) wanted = null;
        // Where it is still going up, nothing is proven that would have to be remembered.
        return move({ ...startParallel(limit, nowMs), rest: wanted === null ? policy.holdWindows : 0 });
      }
      move(answered(now, { askedAtMs, nowMs, work }, policy));
    },
  };
}

/** It says so, has no memory for more, or has left a question without a first token for as long as is waited for one. */
function isTooMuch(failure: Failure): boolean {
  if (failure.kind === "overloaded") return true;
  if (failure.kind === "timeout") return failure.phase === "first_token";
  // As mlx, Metal, llama.cpp, Ollama and Python say it, and our own kind of a server's end.
  return /out[ _]of[ _]memory|insufficient memory|more (?:system )?memory|(?:failed|unable) to allocate|cannot allocate memory|maximum allowed buffer size|memoryerror/i.test(
    failure.detail,
  );
}
