import { expect, test } from "bun:test";
import { modelServer } from "../fixtures/model-server.ts";
import { holdLock, type LockKind } from "../support/locker.ts";
import { watchLoop } from "../support/loop.ts";
import { answer, askedOf, named, startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";

const all = Array.from({ length: 60 }, (_, i) => i);

async function settled(until: () => boolean): Promise<void> {
  while (!until()) await Bun.sleep(5);
}

// In rollback mode an EXCLUSIVE lock keeps readers out as well, so that only what was claimed ahead can be asked.
const rows: readonly (readonly ["wal" | "delete", LockKind, asked: number])[] = [
  ["wal", "IMMEDIATE", 60],
  ["delete", "IMMEDIATE", 60],
  ["delete", "EXCLUSIVE", 8],
];
for (const [mode, kind, asked] of rows)
  test(`another process holds the ${kind} lock of a target in ${mode} mode: asking goes on, and nothing is lost`, async () => {
    const db = newTarget(rowsOf(60), mode);
    const held = await Promise.withResolvers<Awaited<ReturnType<typeof holdLock>>>();
    const server = await modelServer(async (wire, _, number) => {
      if (number === 3) held.resolve(await holdLock(db, kind));
      await Bun.sleep(5);
      answer(wire);
    });
    const longestMs = watchLoop();
    const { result, events } = startRun(db, server.url, { withContext: false });
    const lock = await held.promise;
    await settled(() => askedOf(server.calls).length >= asked && named(events, "lock.waiting").length > 0);
    await lock.release();
    const { ending, progress } = await result;
    server.stop();
    expect(longestMs()).toBeLessThan(250);
    expect(ending.reason).toBe("finished");
    expect(progress).toMatchObject({ enriched: 60, failed: 0, quarantined: 0 });
    expect(askedOf(server.calls).toSorted((a, b) => a - b)).toEqual(all);
    expect(named(events, "backend.changed")).toEqual([]);
    expect(named(events, "lock.released").length).toBeGreaterThan(0);
    expect(query(db, "PRAGMA journal_mode")).toEqual([{ journal_mode: mode }]);
  });

test("a lock that outlasts the run: a problem of its kind, and the next run writes what was answered, asking nothing", async () => {
  const db = newTarget(rowsOf(10));
  const held = await Promise.withResolvers<Awaited<ReturnType<typeof holdLock>>>();
  const server = await modelServer(async (wire, _, number) => {
    if (number === 1) held.resolve(await holdLock(db, "IMMEDIATE"));
    answer(wire);
  });
  const running = startRun(db, server.url, { lockTimeoutMs: 100 });
  const lock = await held.promise;
  expect(await running.result.catch((error) => error)).toMatchObject({ kind: "locked" });
  expect(askedOf(server.calls)).toHaveLength(10);
  await lock.release();
  expect(enrichedIn(db)).toBe(0);
  const { progress } = await startRun(db, server.url).result;
  server.stop();
  expect(progress).toMatchObject({ enriched: 10, failed: 0 });
  expect(askedOf(server.calls)).toHaveLength(10);
  expect(enrichedIn(db)).toBe(10);
});

test("asking pauses when as many answers wait as may, and goes on after the lock", async () => {
  const db = newTarget(rowsOf(60));
  const lock = await holdLock(db, "IMMEDIATE");
  const server = await modelServer(answer);
  const { result, events } = startRun(db, server.url, { answersMax: 10 });
  await settled(() => named(events, "lock.waiting").length > 0 && askedOf(server.calls).length >= 10);
  // Those in flight when the tenth answer came may still come in.
  await Bun.sleep(100);
  expect(askedOf(server.calls).length).toBeLessThanOrEqual(10 + 4);
  await lock.release();
  expect((await result).progress.enriched).toBe(60);
  server.stop();
});
