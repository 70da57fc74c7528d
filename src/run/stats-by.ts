/** One breakdown of a database with all its rows, where the statistics show the first few. It only reads. */

import type { Breakdown } from "../core/choices.ts";
import { failureCounts } from "../store/history.ts";
import { describedByDay } from "../store/target/by-day.ts";
import { type ReadParts, readBoth, type ToRead } from "./open-to-read.ts";

export interface StatsBy {
  readonly schema: "enrichd.stats-by/1";
  readonly db: string;
  readonly generated_at: string;
  readonly snapshot: boolean;
  readonly by: Breakdown;
  /** The largest first; days from the newest on. */
  readonly rows: readonly StatsByRow[];
}

export interface StatsByRow {
  readonly name: string;
  /** Of a project all its chunks, of an intent or a backend those described so, of a day those described on it (UTC), of a failure texts. */
  readonly count: number;
}

export function readStatsBy(parts: ReadParts, by: Breakdown): Promise<StatsBy> {
  return readBoth(parts, async (opened) => ({
    ...{ schema: "enrichd.stats-by/1", db: opened.file.path, snapshot: opened.snapshot, by },
    generated_at: new Date(parts.clock.wallMs()).toISOString(),
    rows: (await rowsBy(opened, by)).map(([name, count]) => ({ name, count })),
  }));
}

async function rowsBy({ target, journal, file }: ToRead, by: Breakdown): Promise<(readonly [string, number])[]> {
  if (by === "day") return describedByDay(file.db);
  if (by === "failure") {
    const counted = journal === null ? [] : failureCounts(journal.db);
    return counted.map(({ kind, waiting, quarantined }) => [kind, waiting + quarantined]);
  }
  const { byProject, byIntent, byBackend } = await target.counts();
  return [...({ project: byProject, intent: byIntent, backend: byBackend ?? new Map<string, number>() }[by] ?? [])];
}
