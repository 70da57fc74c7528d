import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { Progress, RunEvent } from "../../src/core/event.ts";
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { everything } from "../support/layouts.ts";
import { named, startRun } from "../support/runner.ts";
import { stopBetweenWrites } from "../support/stop.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";

const leaseMs = 1_000;
const count = 80;

/** A target that keeps a log of what is written to it: each row once is the whole point. */
function loggedTarget(): string {
  const db = newTarget(rowsOf(count));
  const file = new Database(db);
  file.run("CREATE TABLE log (id TEXT)");
  file.run("CREATE TRIGGER logged AFTER UPDATE ON chunks BEGIN INSERT INTO log VALUES (new.id); END");
  file.close();
  return db;
}

let started: Bun.Subprocess | null = null;
// One that is stopped would outlive a test that failed, and hold our stderr open.
afterEach(() => started?.kill("SIGKILL"));

function startChild(db: string, { url }: DescribingServer) {
  const script = join(import.meta.dir, "../fixtures/short-lease-run.ts");
  const child = Bun.spawn([process.execPath, script, db, url, `${leaseMs}`], { stdout: "pipe", stderr: "inherit" });
  started = child;
  return child;
}

async function endOf(child: ReturnType<typeof startChild>) {
  const [out, code] = await Promise.all([child.stdout.text(), child.exited]);
  expect(code).toBe(0);
  return JSON.parse(out) as { reason: string; progress: Progress; events: RunEvent[] };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}

function expectEachOnce(db: string, events: readonly RunEvent[]): void {
  const ids = rowsOf(count).map(({ id }) => id);
  const written = query<{ id: string }>(db, "SELECT id FROM log").map(({ id }) => id);
  expect(written.toSorted()).toEqual(ids.toSorted());
  expect(
    named(events, "chunk.enriched")
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(ids.toSorted());
  const summaries = query<{ id: string; summary: string }>(db, "SELECT id, summary FROM chunks");
  const ofAnother = summaries.filter(({ id, summary }) => !summary.includes(` number ${id.replace("chunk-", "")} `));
  expect(ofAnother).toEqual([]);
  const journal = db.replace(/\.db$/, ".enrichd.db");
  expect(query(journal, "SELECT DISTINCT state FROM contents")).toEqual([{ state: "answered" }]);
  expect(query(journal, "SELECT DISTINCT state FROM members")).toEqual([{ state: "done" }]);
}

test("stopped past its lease: another run takes its claims over, and continued it repeats nothing and ends in order", async () => {
  const server = await startModelServer({ latencyMs: 40 });
  const db = loggedTarget();
  const child = startChild(db, server);
  await until(() => server.counts.answered >= 12 && server.counts.inFlight === 4);
  await stopBetweenWrites(child, db);
  const other = startRun(db, server.url, { watch: true, leaseMs });
  await until(() => enrichedIn(db) === count);
  const askedBefore = server.counts.questions;
  child.kill("SIGCONT");
  const first = await endOf(child);
  other.stop();
  const second = await other.result;
  server.stop();
  expect([first.reason, second.ending.reason]).toEqual(["finished", "stopped"]);
  // Those in flight when it was stopped were asked again by the other; what it had only claimed was not, by either.
  expect(askedBefore).toBeLessThanOrEqual(count + 4);
  expect(server.counts.questions).toBe(askedBefore);
  expect([...server.asked.values()].every((times) => times <= 2)).toBeTrue();
  expectEachOnce(db, [...first.events, ...other.events]);
  expect(query(db.replace(/\.db$/, ".enrichd.db"), "SELECT state, reason FROM runs ORDER BY id")).toEqual([
    { state: "finished", reason: "finished" },
    { state: "stopped", reason: "stopped" },
  ]);
});

test("stopped and continued within its lease, beside another: each is asked about once", async () => {
  const server = await startModelServer({ latencyMs: 40 });
  const db = loggedTarget();
  const child = startChild(db, server);
  await until(() => server.counts.answered >= 12 && server.counts.inFlight === 4);
  await stopBetweenWrites(child, db);
  const other = startRun(db, server.url, { leaseMs: 60_000 });
  const second = await other.result;
  child.kill("SIGCONT");
  const first = await endOf(child);
  server.stop();
  expect([first.reason, second.ending.reason]).toEqual(["finished", "finished"]);
  expect([server.asked.size, server.counts.questions]).toEqual([count, count]);
  expectEachOnce(db, [...first.events, ...other.events]);
});

test("a run that dies leaves its answers to the one that goes on", async () => {
  const server = await startModelServer({ latencyMs: 20 });
  const db = loggedTarget();
  const holder = new Database(db);
  holder.run("BEGIN IMMEDIATE");
  const child = startChild(db, server);
  await until(() => server.counts.answered >= 20);
  const other = startRun(db, server.url, { watch: true, leaseMs });
  // What it finds at its start is another matter.
  await until(() => named(other.events, "run.started").length > 0);
  child.kill("SIGKILL");
  await child.exited;
  holder.run("ROLLBACK");
  holder.close();
  await until(() => enrichedIn(db) === count);
  other.stop();
  await other.result;
  server.stop();
  expect(server.counts.questions).toBeLessThanOrEqual(count + 4);
  expectEachOnce(db, other.events);
});

test("a run that was taken for dead and goes on can be given up anew, with what it claimed since", async () => {
  const server = await startModelServer({ latencyMs: 40 });
  const db = loggedTarget();
  const child = startChild(db, server);
  await until(() => server.counts.answered >= 12);
  await stopBetweenWrites(child, db);
  // One that wants nothing of what is there only gives the claims free, so that there is work for the one that was stopped.
  const selection = { ...everything, contentTypes: ["stack_trace"] };
  const second = startRun(db, server.url, { leaseMs, selection, watch: true });
  const journal = db.replace(/\.db$/, ".enrichd.db");
  await until(() => query(journal, "SELECT 1 FROM runs WHERE state = 'crashed'").length > 0);
  second.stop();
  await second.result;
  const asked = server.counts.questions;
  child.kill("SIGCONT");
  await until(() => server.counts.questions >= asked + 8);
  child.kill("SIGKILL");
  await child.exited;
  const third = startRun(db, server.url, { leaseMs });
  expect((await third.result).ending.reason).toBe("finished");
  server.stop();
  expect(enrichedIn(db)).toBe(count);
  expect(server.counts.questions).toBeLessThanOrEqual(count + 4 + 4);
});
