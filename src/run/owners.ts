/**
 * Which runs have lost their owner: those whose process is gone, and those that were seen silent for a whole lease. It
 * judges by what it has seen itself, never by the clock on the wall, which may be set or have slept; and writes nothing.
 */

import type { Clock } from "../core/clock.ts";
import type { LostRun, Owner, RunningRun } from "../store/runs.ts";

/** Looks in a lease, and heartbeats: so that a busy moment costs nobody a claim. */
export const beatsPerLease = 4;
/** What counts of a longer time without a look, in heartbeats: then we stood still, and the others may have as well. */
const beatsMax = 1.5;

/** Gives a function to be called with all other runs at each heartbeat. */
export function watchOwners(
  clock: Pick<Clock, "nowMs">,
  isRunning: (owner: Owner) => Promise<boolean>,
  leaseMs: number,
): (runs: readonly RunningRun[]) => Promise<LostRun[]> {
  let silences = new Map<number, { readonly leaseUntilMs: number; readonly silentMs: number }>();
  let lookedMs = clock.nowMs();
  return async (runs) => {
    const nowMs = clock.nowMs();
    const passedMs = Math.min(nowMs - lookedMs, (beatsMax * leaseMs) / beatsPerLease);
    const before = silences;
    lookedMs = nowMs;
    silences = new Map();
    const lost: LostRun[] = [];
    for (const run of runs) {
      const last = before.get(run.id);
      const silentMs = last?.leaseUntilMs === run.leaseUntilMs ? last.silentMs + passedMs : 0;
      silences.set(run.id, { leaseUntilMs: run.leaseUntilMs, silentMs });
      if (!(await isRunning(run.owner))) lost.push({ ...run, reason: "its process is gone" });
      else if (silentMs >= leaseMs) lost.push({ ...run, reason: "silent past its lease" });
    }
    return lost;
  };
}
