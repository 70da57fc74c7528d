/** Starts the second thread of a count, and ends it when it has answered. It counts nothing itself. */

import type { Task } from "./count-worker.ts";
import type { Assistant } from "./counts.ts";
import type { Share } from "./share.ts";

/**
 * Where Bun finds the thread's module: beside this one in the source; in the binary, where everything is one file, below
 * the folder that src/ has become (build.ts names it as an entry point).
 */
const inBinary = import.meta.url.startsWith("file:///$bunfs/");
const workerUrl = new URL(inBinary ? "./store/target/count-worker.ts" : "./count-worker.ts", import.meta.url);

export function assistantFor(path: string): Assistant {
  return (ranges) =>
    new Promise<Share | null>((resolve) => {
      const worker = new Worker(workerUrl);
      const answer = (share: Share | null): void => {
        resolve(share);
        worker.terminate();
      };
      worker.onmessage = ({ data }: MessageEvent<Share | null>) => answer(data);
      worker.onerror = () => answer(null);
      worker.postMessage({ path, ranges } satisfies Task);
    });
}
