import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { type Action, ask } from "../../src/store/requests.ts";
import { runningRuns } from "../../src/store/runs.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { named, type Running, startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";

const count = 60;

/** As the page of another process does: over a connection of its own. */
function asks(db: string, action: Action): void {
  const journal = new Database(db.replace(/\.db$/, ".enrichd.db"));
  journal.run("PRAGMA busy_timeout = 5000");
  const runs = runningRuns(journal).map(({ id }) => id);
  journal.transaction(() => ask(journal, { action, askedBy: "somebody", atMs: Date.now() }, runs)).immediate();
  journal.close();
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}
const saw = ({ events }: Running, name: Parameters<typeof named>[1]): boolean => named(events, name).length > 0;

test("a pause holds back new questions and loses none that is in flight; after its end the work is finished", async () => {
  const server = await startModelServer({ latencyMs: 20 });
  const db = newTarget(rowsOf(count));
  const run = startRun(db, server.url);
  await until(() => enrichedIn(db) > 0);
  asks(db, "pause");
  await until(() => saw(run, "run.paused"));
  await until(() => server.counts.inFlight === 0);
  const asked = server.counts.questions;
  expect(asked).toBeLessThan(count);
  // As long as two looks and several answers take: whatever still goes out would be there.
  await Bun.sleep(700);
  expect(server.counts.questions).toBe(asked);
  asks(db, "resume");
  expect((await run.result).ending).toEqual({ reason: "finished" });
  expect(named(run.events, "run.resumed")).toHaveLength(1);
  expect([enrichedIn(db), server.counts.questions]).toEqual([count, count]);
  server.stop();
});

test("a pause holds for a run that starts later, before its first question", async () => {
  const server = await startModelServer();
  const db = newTarget(rowsOf(count));
  await startRun(db, server.url, { questionsMax: 1 }).result;
  asks(db, "pause");
  const run = startRun(db, server.url);
  await until(() => saw(run, "run.paused") && saw(run, "run.started"));
  await Bun.sleep(300);
  expect(server.counts.questions).toBe(1);
  run.stop();
  expect((await run.result).ending).toEqual({ reason: "stopped" });
  server.stop();
});

test("a stop ends the run after what is in flight, and is not heard again by the next", async () => {
  const server = await startModelServer({ latencyMs: 20 });
  const db = newTarget(rowsOf(count));
  const run = startRun(db, server.url);
  await until(() => enrichedIn(db) > 0);
  asks(db, "stop");
  expect((await run.result).ending).toEqual({ reason: "stopped" });
  expect(named(run.events, "run.asked")).toMatchObject([{ action: "stop", asked_by: "somebody" }]);
  const { answered } = server.counts;
  expect(enrichedIn(db)).toBe(answered);
  expect((await startRun(db, server.url).result).ending).toEqual({ reason: "finished" });
  expect(server.counts.questions).toBe(count);
  server.stop();
});
