/** How long to wait before trying again: exponential, with jitter so that many waiters spread out. Pure. */

import type { Random } from "./clock.ts";

export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Milliseconds before retry number `attempt` (the first is 1): random in [half, whole] of base doubling to max. */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  const whole = wholeMs(backoff, attempt);
  return Math.round(whole / 2 + (random() * whole) / 2);
}

/** The same with full jitter, in [0, whole]: for many that failed at one moment, which half jitter leaves close together. */
export const scatteredMs = (backoff: Backoff, attempt: number, random: Random): number =>
  Math.round(random() * wholeMs(backoff, attempt));

const wholeMs = ({ baseMs, maxMs }: Backoff, attempt: number): number => Math.min(maxMs, baseMs * 2 ** (attempt - 1));
