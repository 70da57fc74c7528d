/**
 * Waiting for a lock: a short native wait (busy_timeout), then a long asynchronous one, and the whole transaction again.
 * It never waits inside a transaction, and never reads the words of an error: SQLite says "database is locked" for
 * three different things.
 */

import type { Database } from "bun:sqlite";
import { backoffMs } from "../core/backoff.ts";
import type { Clock, Random } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";

export interface Waiting {
  readonly clock: Clock;
  readonly random: Random;
  /** How long a lock may last before it becomes a Problem (exit 75); Infinity for work that can wait. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onWait?: (waitedMs: number) => void;
  readonly onReleased?: (waitedMs: number) => void;
}

/** SQLITE_BUSY, BUSY_RECOVERY (the first to open after a crash replays the WAL) and BUSY_SNAPSHOT (facts on locks). */
const busyErrnos: ReadonlySet<unknown> = new Set([5, 261, 517]);

export function isBusy(error: unknown): boolean {
  return error instanceof Error && "errno" in error && busyErrnos.has(error.errno);
}

/** Sleeps between tries: short at first, and never long, since SQLite's own growing pauses starve whoever came last. */
const pauses = { baseMs: 8, maxMs: 120 } as const;

/**
 * Runs `body` until no lock is in its way, and gives its value. `body` is synchronous and may run several times. Throws
 * a `locked` Problem after `timeoutMs`, the signal's reason when it fires while waiting, and whatever else `body` throws.
 */
export async function untilFree<T>(path: string, body: () => T, waiting: Waiting): Promise<T> {
  const started = waiting.clock.nowMs();
  for (let attempt = 1; ; attempt++) {
    try {
      const value = body();
      if (attempt > 1) waiting.onReleased?.(waiting.clock.nowMs() - started);
      return value;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    const waitedMs = waiting.clock.nowMs() - started;
    if (waitedMs >= waiting.timeoutMs) throw lockedProblem(path, waitedMs);
    waiting.onWait?.(waitedMs);
    await waiting.clock.sleep(backoffMs(pauses, attempt, waiting.random), waiting.signal);
    waiting.signal?.throwIfAborted();
  }
}

/**
 * Runs `body` in one IMMEDIATE transaction, as `untilFree`; what it throws is rolled back. Under a lock the whole of it
 * runs again, so it must have no effect but on `db`.
 */
export function transact<T>(db: Database, path: string, body: () => T, waiting: Waiting): Promise<T> {
  return untilFree(path, () => db.transaction(body).immediate(), waiting);
}

export function lockedProblem(path: string, waitedMs: number): Problem {
  return new Problem(
    "locked",
    `another program has held the lock for ${Math.round(waitedMs / 1000)} s`,
    path,
    "find it with `lsof` on that file, end it or wait, then try again; nothing is lost",
  );
}
