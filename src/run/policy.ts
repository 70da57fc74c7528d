/** The thresholds of a run that are no settings: when a backend is paused or given up, and how a chunk is tried again. */

import type { Backoff } from "../core/backoff.ts";
import type { GatePolicy } from "../pipeline/gate.ts";

/** BrainLayer's users know these two. */
export const backoff: Backoff = { baseMs: 2_000, maxMs: 30_000 };

export const gatePolicy = (goneMs: number): GatePolicy => ({
  breaker: { faultsMax: 10, openMs: 5_000, openMaxMs: 120_000 },
  coldFaultsMax: 4,
  coldRefusalsMax: 3,
  coldUnusableMax: 50,
  goneMs,
});
