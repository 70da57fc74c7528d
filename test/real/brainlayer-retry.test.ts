import { expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock, systemRandom } from "../../src/core/clock.ts";
import { examineDatabase } from "../../src/run/doctor/database.ts";
import { retryFailures } from "../../src/run/retry-failures.ts";
import { type BrainlayerRow, generations, judge, makeBrainlayer } from "../support/brainlayer.ts";
import { changedTables, changedValues, contentsOf } from "../support/contents.ts";
import { temporaryFolder } from "../support/folder.ts";

for (const generation of generations)
  test(`generation ${generation}: what BrainLayer gave up is pending for BrainLayer again, and nothing else differs`, async () => {
    const db = join(temporaryFolder(), `retry-${generation}.db`);
    const given: BrainlayerRow = generation === 1 ? { enriched_at: "skipped:failed" } : { enrich_status: "failed" };
    const short: BrainlayerRow =
      generation === 1 ? { enriched_at: "skipped:too_short" } : { enrich_status: "too_short" };
    const failed = Array.from({ length: 12 }, (_, i) => `failed-${i}`);
    await makeBrainlayer(generation, db, [
      { id: "pending" },
      { id: "short", ...short },
      ...failed.map((id) => ({ id, ...given })),
    ]);
    expect((await judge(generation, db, [])).candidates[""]).toEqual(["pending"]);
    const before = contentsOf(db);
    const report = await retryFailures({
      ...{ paths: { db, journal: null }, wanted: "all", lockTimeoutMs: 30_000, pauseFile: null },
      ...{ stopping: new AbortController().signal, report: () => {}, clock: systemClock, random: systemRandom },
    });
    expect(report).toMatchObject({ retried: 12, elsewhere: 12 });
    const after = contentsOf(db);
    expect(changedTables(before, after)).toEqual(["chunks"]);
    const column = generation === 1 ? "enriched_at" : "enrich_status";
    for (const [i, row] of (after.tables.get("chunks") ?? []).entries()) {
      const changed = changedValues(before.tables.get("chunks")?.[i], row);
      expect([row["id"], changed]).toEqual([row["id"], failed.includes(String(row["id"])) ? { [column]: null } : {}]);
    }
    const { findings } = await examineDatabase({ path: db, foundBy: "--db", clock: systemClock, random: systemRandom });
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    const judged = await judge(generation, db, []);
    expect(judged.candidates[""]?.toSorted()).toEqual([...failed, "pending"].toSorted());
    expect(judged.integrity).toEqual(["ok"]);
  }, 300_000);
