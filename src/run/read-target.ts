/** The target as the pipeline reads it: where a lock keeps readers out (no WAL, a checkpoint), each read waits for it. */

import type { Reads } from "../pipeline/source.ts";
import { openProblem } from "../store/database.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import type { Opened } from "./open.ts";

export type Readable = Pick<Opened, "target" | "targetFile" | "requireTarget">;

export function readTarget({ target, targetFile: { path }, requireTarget }: Readable, waiting: Waiting): Reads {
  async function read<T>(body: () => T): Promise<T> {
    try {
      const checked = (): T => {
        requireTarget();
        return body();
      };
      return await untilFree(path, checked, waiting);
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
