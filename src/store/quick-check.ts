/**
 * SQLite's quick check of a file, for as long as somebody wants to wait. It reads every page and cannot be interrupted, so
 * it has a thread of its own, which ends with the process.
 */

import type { Clock } from "../core/clock.ts";

const inBinary = import.meta.url.startsWith("file:///$bunfs/");
const workerUrl = new URL(inBinary ? "./store/check-worker.ts" : "./check-worker.ts", import.meta.url);

/** "ok", the first thing that is wrong, or "not checked: …"; null where time was up. */
export async function quickCheck(path: string, timeoutMs: number, clock: Clock): Promise<string | null> {
  const worker = new Worker(workerUrl);
  const late = new AbortController();
  try {
    const answered = new Promise<string>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
      worker.onerror = ({ message }) => resolve(`not checked: ${message}`);
      worker.postMessage(path);
    });
    return await Promise.race([answered, clock.sleep(timeoutMs, late.signal).then(() => null)]);
  } finally {
    late.abort();
    worker.terminate();
  }
}
