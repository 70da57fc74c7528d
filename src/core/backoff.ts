/** How long to wait before trying again: exponential, with jitter so that many waiters spread out. Pure. */

import type { Random } from "./clock.ts";

export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Milliseconds before retry number `attempt` (the first is 1): random in [half, whole] of base doubling to max. */
export function backoffMs({ baseMs, maxMs }: Backoff, attempt: number, random: Random): number {
  const whole = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  return Math.round(whole / 2 + (random() * whole) / 2);
}
