/**
 * One write to the target: a short IMMEDIATE transaction, retried whole under a lock, its hold of the lock measured. It
 * is not begun while BrainLayer asks for a pause, nor once the file is another.
 */

import type { Clock } from "../core/clock.ts";
import type { Written } from "../pipeline/apply.ts";
import { openProblem } from "../store/database.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import type { Application } from "../store/target.ts";
import type { Readable } from "./read-target.ts";
import type { PauseWatch } from "./watch-pause.ts";

export interface WriteParts {
  readonly opened: Readable;
  readonly clock: Clock;
  readonly waiting: Waiting;
  readonly pause: PauseWatch;
}

/** Gives a function that carries out `body` in a transaction of its own, and says how long that held the lock. */
export function targetWriter({ opened, clock, waiting, pause }: WriteParts) {
  const { targetFile, requireTarget } = opened;
  const { db, path } = targetFile;

  /** Null where a pause has begun while the lock was waited for. */
  function writeOnce<T>(body: () => T): { readonly value: T; readonly heldMs: number } | null {
    requireTarget();
    if (pause.isOn()) return null;
    let startedMs = 0;
    const transaction = db.transaction(() => {
      startedMs = clock.nowMs();
      return body();
    });
    const value = transaction.immediate();
    const heldMs = clock.nowMs() - startedMs;
    // What went into a file that was just moved away must stay due.
    requireTarget();
    return { value, heldMs };
  }

  return async <T>(body: () => T): Promise<{ readonly value: T; readonly heldMs: number }> => {
    try {
      for (;;) {
        await pause.over();
        const written = await untilFree(path, () => writeOnce(body), waiting);
        if (written !== null) return written;
      }
    } catch (error) {
      throw openProblem(error, path);
    }
  };
}

export function writeTarget(parts: WriteParts) {
  const write = targetWriter(parts);
  return async (applications: readonly Application[]): Promise<Written> => {
    const { value: applied, heldMs } = await write(() => parts.opened.target.applyAll(applications));
    return { applied, heldMs };
  };
}
