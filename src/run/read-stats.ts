/** Collects the statistics of a target and its journal. It only reads. */

import { type ReadParts, readBoth } from "./open-to-read.ts";
import { collectStats, type Stats } from "./stats.ts";

export function readStats(parts: ReadParts): Promise<Stats> {
  return readBoth(parts, ({ target, file, snapshot, journal }) =>
    collectStats({ target, path: file.path, snapshot, journal, wallMs: parts.clock.wallMs() }),
  );
}
