/** The thread of a quick check: opens the file on its own, to read, and answers with what SQLite finds. It only reads. */

import { systemClock } from "../core/clock.ts";
import { openDatabase } from "./database.ts";

declare const self: Worker;

self.onmessage = async ({ data: path }: MessageEvent<string>) => {
  self.postMessage(await check(path));
};

/** "ok", the first thing that is wrong, or why it could not look. */
async function check(path: string): Promise<string> {
  const waiting = { clock: systemClock, random: () => 0, timeoutMs: 0, signal: AbortSignal.abort() };
  try {
    const { db, close } = await openDatabase(path, "read", waiting);
    try {
      // All pages are read once: through a map of the file they would all count as this process's memory.
      db.run("PRAGMA mmap_size = 0");
      return db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check ?? "nothing was said";
    } finally {
      close();
    }
  } catch (error) {
    return `not checked: ${error instanceof Error ? error.message : String(error)}`;
  }
}
