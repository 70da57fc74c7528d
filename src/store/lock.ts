/**
 * Waiting for a lock: a short native wait (busy_timeout), then a long asynchronous one, and the whole transaction again.
 * It never waits inside a transaction, and never reads the words of an error: SQLite says "database is locked" for
 * three different things.
 */

import type { Database } from "bun:sqlite";
import { backoffMs } from "../core/backoff.ts";
import type { Clock, Random } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import type { Holder } from "./lock-holders.ts";

export interface Waiting {
  readonly clock: Clock;
  readonly random: Random;
  /** How long a lock may last before it becomes a Problem (exit 75); Infinity for work that can wait. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onWait?: (waitedMs: number) => void;
  readonly onReleased?: (waitedMs: number) => void;
  /** Asked once, when patience has ended. */
  readonly findHolders?: (path: string) => Promise<readonly Holder[]>;
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
    if (waitedMs >= waiting.timeoutMs) throw await lockedProblem(path, waitedMs, waiting);
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

export async function lockedProblem(path: string, waitedMs: number, { findHolders }: Waiting): Promise<Problem> {
  const holders = (await findHolders?.(path)) ?? [];
  const who = holders.map(({ pid, name }) => `${name ?? "a process"} (pid ${pid})`).join(", ");
  const seconds = Math.round(waitedMs / 1000);
  const [what, next] =
    who === ""
      ? [`another program has held the lock for ${seconds} s`, "find it with `lsof` on that file, end it or wait"]
      : [
          `locked for ${seconds} s, ${holders[0]?.has === "lock" ? "held by" : "open in"} ${who}`,
          "end that program or wait",
        ];
  return new Problem("locked", what, path, `${next}, then try again; nothing is lost`);
}
