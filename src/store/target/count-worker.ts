/**
 * The second thread of a count: opens the target on its own, counts the ranges it takes, and answers with its share. It
 * only reads. It answers null when it could not finish; where it cannot open the file, it takes nothing.
 */

import { systemClock } from "../../core/clock.ts";
import { type Connection, openDatabase } from "../database.ts";
import { readColumns } from "./columns.ts";
import { countRanges, type Ranges, scanning } from "./counts.ts";
import { emptyShare, type Share } from "./share.ts";

export interface Task {
  readonly path: string;
  readonly ranges: Ranges;
}

declare const self: Worker;

self.onmessage = async ({ data }: MessageEvent<Task>) => {
  self.postMessage(await shareOf(data).catch(() => null));
};

async function shareOf({ path, ranges }: Task): Promise<Share> {
  // One try: whoever waited here would only be waited for.
  const waiting = { clock: systemClock, random: () => 0, timeoutMs: 0, signal: AbortSignal.abort() };
  const opened: Connection | null = await openDatabase(path, "read", waiting).catch(() => null);
  if (opened === null) return emptyShare(ranges.tallied);
  try {
    scanning(opened.db);
    return await countRanges(opened.db, readColumns(opened.db, path), ranges);
  } finally {
    opened.close();
  }
}
