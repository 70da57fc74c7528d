/** The target as the pipeline reads it: where a lock keeps readers out (no WAL, a checkpoint), each read waits for it. */

import type { Reads } from "../pipeline/source.ts";
import { type Connection, openProblem } from "../store/database.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import type { Target } from "../store/target.ts";

export function readTarget(target: Target, { path }: Connection, waiting: Waiting): Reads {
  async function read<T>(body: () => T): Promise<T> {
    try {
      return await untilFree(path, body, waiting);
    } catch (error) {
      throw openProblem(error, path);
    }
  }
  return {
    pendingPage: (selection, before, limit) => read(() => target.pendingPage(selection, before, limit)),
    chunkById: (id, selection) => read(() => target.chunkById(id, selection)),
    context: (chunk) => read(() => target.context(chunk)),
  };
}
