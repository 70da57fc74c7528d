/** One write to the target: a short IMMEDIATE transaction, retried whole under a lock, its hold of the lock measured. */

import type { Clock } from "../core/clock.ts";
import type { Written } from "../pipeline/apply.ts";
import { type Connection, openProblem } from "../store/database.ts";
import { transact, type Waiting } from "../store/lock.ts";
import type { Application, Target } from "../store/target.ts";

export function writeTarget(target: Target, file: Connection, clock: Clock, waiting: Waiting) {
  return async (applications: readonly Application[]): Promise<Written> => {
    let startedMs = 0;
    try {
      const applied = await transact(
        file.db,
        file.path,
        () => {
          startedMs = clock.nowMs();
          return target.applyAll(applications);
        },
        waiting,
      );
      return { applied, heldMs: clock.nowMs() - startedMs };
    } catch (error) {
      throw openProblem(error, file.path);
    }
  };
}
