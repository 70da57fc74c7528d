import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { journalPath } from "../../src/store/journal.ts";
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { holdLock } from "../support/locker.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";
import { burning, change, isLocked, until } from "./standing.ts";

const chunks = 12;
let box: Alone;
beforeAll(() => {
  box = alone();
});

const start = (db: string, server: DescribingServer, ...more: string[]) =>
  box.start("run", "--db", db, "--url", server.url, "--parallel", "2", "--quiet", ...more);

async function kill(child: ReturnType<Alone["start"]>): Promise<void> {
  expect(child.exitCode).toBeNull();
  child.kill("SIGKILL");
  await child.exited;
}

const inJournal = (db: string, sql: string): number => query(journalPath(db), sql).length;
const claimed = "SELECT 1 FROM contents WHERE state = 'claimed'";
const due = "SELECT 1 FROM members WHERE state = 'due'";

/** The next run does what is left, and says so; gives how many questions it asked. */
async function nextRun(db: string, server: DescribingServer): Promise<number> {
  const before = server.counts.questions;
  const child = start(db, server);
  const [code, err] = await Promise.all([child.exited, child.stderr.text()]);
  expect([code, err]).toEqual([0, ""]);
  expect(enrichedIn(db)).toBe(chunks);
  for (const path of [db, journalPath(db)])
    expect(query(path, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  expect([inJournal(db, claimed), inJournal(db, due)]).toEqual([0, 0]);
  const { counts, total_chunks: total, remaining } = JSON.parse((await box.run("stats", "--db", db, "--json")).out);
  expect([Object.values<number>(counts).reduce((sum, n) => sum + n, 0), remaining]).toEqual([total, 0]);
  return server.counts.questions - before;
}

describe("kill -9", () => {
  test("after the claim, before any answer: all is asked, and only the question in flight again", async () => {
    const server = await startModelServer({ manner: "hang" });
    const db = newTarget(rowsOf(chunks));
    const child = start(db, server);
    await until(() => server.counts.questions === 1);
    expect(inJournal(db, claimed)).toBeGreaterThan(0);
    await kill(child);
    server.manner = "well";
    expect(await nextRun(db, server)).toBe(chunks);
    server.stop();
  });

  test("after the answer, before the journal has it: that one is asked again, and no other", async () => {
    const server = await startModelServer({ latencyMs: 300 });
    const db = newTarget(rowsOf(chunks));
    const child = start(db, server);
    await until(() => server.counts.questions === 1);
    const lock = await holdLock(journalPath(db), "IMMEDIATE");
    await until(() => server.counts.answered >= 1);
    // Time enough to be written down, were it not for the lock.
    await Bun.sleep(100);
    expect(inJournal(db, "SELECT 1 FROM contents WHERE state = 'answered'")).toBe(0);
    await kill(child);
    await lock.release();
    const before = server.counts.answered;
    expect(before).toBeLessThanOrEqual(2);
    expect(await nextRun(db, server)).toBe(chunks);
    server.stop();
  });

  test("after the journal, before the target: nothing is asked again", async () => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(chunks));
    const lock = await holdLock(db, "IMMEDIATE");
    const child = start(db, server);
    await until(
      () => existsSync(journalPath(db)) && server.counts.answered === chunks && inJournal(db, due) === chunks,
    );
    await kill(child);
    await lock.release();
    expect(enrichedIn(db)).toBe(0);
    expect(await nextRun(db, server)).toBe(0);
    server.stop();
  });

  test("inside a write to the target: it is rolled back, and written by the next run, asking nothing", async () => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(chunks));
    // A trigger that takes its time, as a full-text index may: the lock is held while it runs.
    change(db, `CREATE TRIGGER slow AFTER UPDATE ON chunks BEGIN SELECT ${burning}; END`);
    const child = start(db, server);
    await until(() => server.counts.questions > 0 && isLocked(db));
    await Bun.sleep(50);
    expect(isLocked(db)).toBeTrue();
    await kill(child);
    expect(enrichedIn(db)).toBe(0);
    change(db, "DROP TRIGGER slow");
    const answered = inJournal(db, due);
    expect(answered).toBeGreaterThan(0);
    expect(await nextRun(db, server)).toBeLessThanOrEqual(chunks - answered);
    server.stop();
  });

  test("after the target, before the journal knows: it is not written twice, and not asked again", async () => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(1));
    change(db, "CREATE TABLE written (id TEXT)");
    change(db, "CREATE TRIGGER noted AFTER UPDATE ON chunks BEGIN INSERT INTO written VALUES (new.id); END");
    const targetLock = await holdLock(db, "IMMEDIATE");
    const child = start(db, server);
    await until(() => existsSync(journalPath(db)) && server.counts.answered === 1 && inJournal(db, due) === 1);
    const journalLock = await holdLock(journalPath(db), "IMMEDIATE");
    await targetLock.release();
    await until(() => enrichedIn(db) === 1);
    expect(inJournal(db, due)).toBe(1);
    await kill(child);
    await journalLock.release();
    const next = start(db, server);
    expect(await next.exited).toBe(0);
    expect([server.counts.questions, inJournal(db, due), query(db, "SELECT id FROM written").length]).toEqual([
      1, 0, 1,
    ]);
    server.stop();
  });
});
