import { expect, test } from "bun:test";
import type { Failure } from "../../src/core/failure.ts";
import { saveAnswer, saveFailure } from "../../src/store/answers.ts";
import { answerRate } from "../../src/store/rate.ts";
import { startRun as startInJournal } from "../../src/store/runs.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { answerFor, asker, failedFor, newJournal, owner } from "../support/journal.ts";
import { startTestPage } from "../support/page.ts";
import { startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";

test("in the first seconds of a run the statistics and the page reckon the same end, and a true one", async () => {
  const server = await startModelServer({ latencyMs: 50 });
  const db = newTarget(rowsOf(4_000));
  // An earlier run in the same ten seconds is none of its business.
  await startRun(db, server.url, { questionsMax: 200, parallel: 32 }).result;
  const page = startTestPage(db);
  const etas = async () => {
    const ask = async (path: string) => JSON.parse(await (await page.get(path)).text());
    // The first look at the statistics has them counted.
    for (let i = 0; (await page.get("/api/stats")).status !== 200 && i < 100; i++) await Bun.sleep(20);
    const [stats, overview] = [await ask("/api/stats"), await ask("/api/overview")];
    return { byStats: stats.latest_run.eta_seconds, byPage: overview.eta?.seconds ?? null, left: stats.remaining };
  };
  const [before, startMs] = [enrichedIn(db), performance.now()];
  const run = startRun(db, server.url);
  while (enrichedIn(db) < before + 80) await Bun.sleep(5);
  const { byStats, byPage, left } = await etas();
  const seconds = (performance.now() - startMs) / 1_000;
  const inTruth = (left * seconds) / (enrichedIn(db) - before);
  expect(Math.abs(byStats - byPage)).toBeLessThan(0.3 * byPage);
  for (const eta of [byStats, byPage]) expect([eta / inTruth > 0.5, eta / inTruth < 2]).toEqual([true, true]);

  await page.act('{"action":"pause"}');
  while ((await etas()).byStats !== null) await Bun.sleep(100);
  expect(await etas()).toMatchObject({ byStats: null, byPage: null });
  run.stop();
  await run.result;
  await page.stop();
  server.stop();
}, 30_000);

const timeout: Failure = { kind: "timeout", phase: "total", afterMs: 5, detail: "no answer in 5 ms" };
const at = (runId: number, hash: string, atMs: number) => ({ ...answerFor(runId, hash), atMs, durationMs: 100 });

test("the rate is of the last ten minutes of the runs that go on, and falls while no answer comes", async () => {
  const { db, runId } = await newJournal();
  const other = startInJournal(db, { owner, asker, model: "m", wallMs: 1_000 });
  const runs = [runId, other];
  const min = 60_000;
  saveAnswer(db, at(runId, "old", min));
  saveAnswer(db, at(runId, "a", 19 * min));
  expect(answerRate(db, runs, 19 * min + 1)).toBeNull();
  saveAnswer(db, at(runId, "b", 19 * min + 100));
  saveFailure(db, [{ ...failedFor(runId, "c", timeout), atMs: 19 * min + 50 }], {
    ...{ blamed: false, retryAtMs: 9e12 },
  });
  // From when the first of them was asked.
  expect(answerRate(db, runs, 19 * min + 100)).toBeCloseTo(2 / 200, 6);
  expect(answerRate(db, runs, 19 * min + 900)).toBeCloseTo(2 / 1_000, 6);
  saveAnswer(db, at(other, "d", 19 * min + 900));
  expect(answerRate(db, runs, 19 * min + 900)).toBeCloseTo(3 / 1_000, 6);
  expect(answerRate(db, [runId], 19 * min + 900)).toBeCloseTo(2 / 1_000, 6);
  expect(answerRate(db, [], 19 * min + 900)).toBeNull();
  expect(answerRate(db, runs, 30 * min)).toBeNull();
  // The clock was set back.
  expect(answerRate(db, runs, 5 * min)).toBeNull();
});
