/** Turns the waiting of a connection into events: one when a lock has lasted long enough to matter, one at its end. */

import type { Clock, Random } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Waiting } from "../store/lock.ts";
import { findHolders } from "./find-holders.ts";

/** Shorter waits are everyday and would only be noise, in milliseconds. */
const noticeableMs = 250;

export interface LockWatch {
  readonly file: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Read at each try, since a run that ends has less patience than one that works. */
  readonly timeoutMs: () => number;
  readonly signal?: AbortSignal;
  readonly report: (event: RunEvent) => void;
}

export function watchLock({ file, clock, random, timeoutMs, signal, report }: LockWatch): Waiting {
  let told = false;
  return {
    clock,
    random,
    findHolders,
    ...(signal === undefined ? {} : { signal }),
    get timeoutMs() {
      return timeoutMs();
    },
    onWait: (waitedMs) => {
      if (told || waitedMs < noticeableMs) return;
      told = true;
      report({ event: "lock.waiting", file, waited_ms: Math.round(waitedMs) });
    },
    onReleased: (waitedMs) => {
      if (!told) return;
      told = false;
      report({ event: "lock.released", file, waited_ms: Math.round(waitedMs) });
    },
  };
}
