import { describe, expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone, ended } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";
import { runUnderLock } from "../support/locked-run.ts";
import { holdLock } from "../support/locker.ts";
import { named } from "../support/runner.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";

describe("the target is locked when a run begins", () => {
  test.concurrent("for 3 s: told, opened, done", async () => {
    const db = newTarget(rowsOf(5), "delete");
    const server = await startModelServer();
    const lock = await holdLock(db);
    const ending = ended(alone().start("run", "--json", "--db", db, "--url", server.url));
    await Bun.sleep(3_000);
    await lock.release();
    const { code, out } = await ending;
    server.stop();
    expect(code).toBe(0);
    const events = jsonLines(out);
    expect(events.slice(0, 3).map(({ event }) => event)).toEqual(["lock.waiting", "lock.released", "run.started"]);
    expect(named(events, "lock.released")[0]?.waited_ms).toBeGreaterThanOrEqual(2_500);
    expect(enrichedIn(db)).toBe(5);
  });

  test.concurrent("past --lock-timeout: 75, and who holds it; nothing is made", async () => {
    const db = newTarget(rowsOf(5), "delete");
    const lock = await holdLock(db);
    const box = alone();
    const args = ["--db", db, "--backend", "lexical", "--lock-timeout", "200ms"];
    const { code, out, err } = await box.run("run", "--json", ...args);
    expect([code, out.includes("run.started")]).toEqual([75, false]);
    expect(err).toContain(`(pid ${lock.pid})`);
    await lock.release();
  });
});

test("the target is locked for 4 s in the middle: asking goes on, nothing is written, and all of it soon after", async () => {
  const done = await runUnderLock({ rows: 600, heldMs: 4_000, latencyMs: 40, answersMax: 10_000 });
  expect(done).toMatchObject({ code: 0, enriched: 600, writtenUnderLock: 0, askedAgain: 0 });
  expect(done.askedUnderLock).toBeGreaterThan(200);
  expect(done.caughtUpMs).toBeLessThan(3_000);
  expect(named(done.events, "backend.changed")).toEqual([]);
  expect(named(done.events, "chunk.failed")).toEqual([]);
  expect(named(done.events, "lock.waiting")).toHaveLength(1);
  expect(named(done.events, "lock.released")[0]?.waited_ms).toBeGreaterThan(3_500);
});
