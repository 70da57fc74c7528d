/** `--parallel auto` in whole runs, against servers with slots on real sockets. */

import { afterEach, expect, test } from "bun:test";
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { named, startRun } from "../support/runner.ts";
import { newTarget, query, rowsOf } from "../support/target.ts";

let server: DescribingServer | undefined;
afterEach(() => server?.stop());

const auto = { isParallelAuto: true, parallel: 16, backoff: { baseMs: 20, maxMs: 100 } };
const journalOf = (db: string): string => db.replace(/\.db$/, ".enrichd.db");
const remembered = (db: string) => query(journalOf(db), "SELECT backend, model, questions FROM parallel");

test("it begins with two, goes up while that brings more, and remembers where it stayed for the next run", async () => {
  server = await startModelServer({ latencyMs: 40, slots: 4 });
  const db = newTarget(rowsOf(400));
  const first = startRun(db, server.url, auto);
  await first.result;
  const steps = named(first.events, "parallel.changed");
  expect(steps[0]).toMatchObject({ before: 2, questions: 3 });
  for (const { before, questions } of steps) expect(questions - before).toBeLessThanOrEqual(Math.max(1, before / 4));
  const [best] = remembered(db) as { questions: number }[];
  expect(best).toMatchObject({ backend: "openai", model: "scripted" });
  // Beyond its slots they only queue, and the noise of a busy machine may look like a gain.
  expect([3, 4, 5, 6, 7, 8]).toContain(best?.questions ?? 0);
  query(db, "UPDATE chunks SET summary = NULL, enriched_at = NULL WHERE rowid <= 20");
  const second = startRun(db, server.url, auto);
  await second.result;
  const again = named(second.events, "parallel.changed").map(({ questions }) => questions);
  // One more for each of the first answers.
  expect(again.slice(0, (best?.questions ?? 0) - 2)).toEqual([3, 4, 5, 6, 7, 8].slice(0, (best?.questions ?? 0) - 2));
});

test("never more are before the server than the limit at the time", async () => {
  server = await startModelServer({ latencyMs: 5 });
  const db = newTarget(rowsOf(300));
  const run = startRun(db, server.url, auto);
  await run.result;
  const most = Math.max(2, ...named(run.events, "parallel.changed").map(({ questions }) => questions));
  expect(server.counts.inFlightMax).toBeLessThanOrEqual(most);
  expect(query(journalOf(db), "SELECT DISTINCT state FROM contents")).toEqual([{ state: "answered" }]);
});

test("a server that is overloaded gets half, and every chunk is described in the end", async () => {
  server = await startModelServer({ latencyMs: 20 });
  const busy = server;
  const db = newTarget(rowsOf(250));
  const run = startRun(db, server.url, auto);
  const watching = setInterval(() => {
    busy.manner = busy.counts.inFlight > 5 ? "503" : "well";
  }, 1);
  await run.result;
  clearInterval(watching);
  const steps = named(run.events, "parallel.changed");
  for (const { before, questions } of steps)
    if (questions < before) expect(questions).toBeGreaterThanOrEqual(Math.floor(before / 2));
  expect(query(journalOf(db), "SELECT DISTINCT state FROM contents")).toEqual([{ state: "answered" }]);
});
