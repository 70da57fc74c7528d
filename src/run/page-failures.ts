/** What failed, and another try of it, for the page: the same as the commands do. */

import { plural } from "../core/format.ts";
import type { Wanted } from "../page/data.ts";
import type { FailuresView } from "../page/detail.ts";
import { type ListedKind, listFailures } from "./list-failures.ts";
import type { ReadParts } from "./open-to-read.ts";
import { retryFailures } from "./retry-failures.ts";

const chunksOfPage = 50;
/** How long a lock is waited for, in milliseconds: somebody looks on. */
const lockMs = 30_000;

export async function readFailures(parts: ReadParts, kind: string | null, offset: number): Promise<FailuresView> {
  // A kind that there is not has no failures.
  const listed = await listFailures({ ...parts, kind: kind as ListedKind | null, limit: chunksOfPage, offset });
  return {
    ...{ kinds: listed.kinds, total: listed.total, nextOffset: listed.next_offset },
    chunks: listed.chunks.map(({ failed_at, ...chunk }) => ({ ...chunk, failedAt: failed_at })),
  };
}

export interface RetryFromPage extends ReadParts {
  readonly pauseFile: string | null;
  readonly signal: AbortSignal;
}

export async function retryFrom(parts: RetryFromPage, wanted: Wanted): Promise<string> {
  const { paths, clock, random, pauseFile, signal } = parts;
  const { retried, left, stopped } = await retryFailures({
    ...{ paths, clock, random, pauseFile, stopping: signal, lockTimeoutMs: lockMs, report: () => {} },
    wanted: wanted === "all" || "ids" in wanted ? wanted : { kind: wanted.kind as ListedKind },
  });
  const kept = Object.values(left).reduce((sum, n) => sum + n, 0);
  const also = kept === 0 ? "" : `; ${plural(kept, "other")} left as they are`;
  return `${stopped ? "Stopped: " : ""}${plural(retried, "chunk")} put back as pending${also}.`;
}
