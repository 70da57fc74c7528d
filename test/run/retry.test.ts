import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, systemRandom } from "../../src/core/clock.ts";
import { listFailures } from "../../src/run/list-failures.ts";
import { readStats } from "../../src/run/read-stats.ts";
import { type RetryParts, retryFailures } from "../../src/run/retry-failures.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { modelServer } from "../fixtures/model-server.ts";
import { temporaryFolder } from "../support/folder.ts";
import { holdLock } from "../support/locker.ts";
import { answer, named, refuse, startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, query, rowsOf, textOf } from "../support/target.ts";

const system = { clock: systemClock, random: systemRandom };

const retry = (db: string, wanted: RetryParts["wanted"] = "all", changed: Partial<RetryParts> = {}) =>
  retryFailures({
    ...{ ...system, paths: { db, journal: null }, wanted, lockTimeoutMs: 30_000, pauseFile: null },
    ...{ stopping: new AbortController().signal, report: () => {}, ...changed },
  });

const list = (db: string) =>
  listFailures({ ...system, paths: { db, journal: null }, kind: null, limit: 1_000, offset: 0 });

const none = { changed: 0, gone: 0, taken: 0, busy: 0, not_failed: 0 };

/** Too large at first, and when that is asked for once more; then well: given up at once. */
const poisoned = (n: number): string => `${textOf(n)} @@413*2`;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}

test("a text with many chunks: all go back with the one that is named, and are asked about once", async () => {
  const twins = Array.from({ length: 8 }, (_, i) => ({ id: `twin-${i}`, content: poisoned(1) }));
  const db = newTarget([...twins, { id: "other", content: poisoned(2) }]);
  const server = await startModelServer();
  expect((await startRun(db, server.url).result).progress).toMatchObject({ quarantined: 9, enriched: 0 });
  expect((await list(db)).chunks.map(({ id }) => id).toSorted()).toEqual(["other", ...twins.map(({ id }) => id)]);
  expect(await retry(db, { ids: ["twin-3", "twin-5", "twin-3"] })).toMatchObject({ retried: 8, left: none });
  const { counts, by_failure } = await readStats({ ...system, paths: { db, journal: null } });
  expect([counts.waiting, counts.quarantined, by_failure]).toEqual([
    8,
    1,
    { too_large: { waiting: 0, quarantined: 1 } },
  ]);
  const before = server.counts.questions;
  expect((await startRun(db, server.url).result).progress).toMatchObject({ enriched: 8, twins: 7 });
  expect(server.counts.questions).toBe(before + 1);
  server.stop();
  expect((await list(db)).chunks).toMatchObject([{ id: "other", state: "quarantined", kind: "too_large" }]);
});

for (const watch of [false, true])
  test(`beside a ${watch ? "run that watches" : "run"}: what is put back is taken up by it`, async () => {
    const db = newTarget([...rowsOf(2), { id: "bad", content: poisoned(9) }]);
    const held = Promise.withResolvers<void>();
    const server = await startModelServer();
    let refused = 0;
    const slow = await modelServer(async (wire, { body }) => {
      const isBad = body.includes("@@413");
      if (isBad && ++refused <= 2) return refuse(wire, 413);
      // A run without --watch has to be at work when the chunk comes back.
      if (!isBad && !watch && body.includes("Text number")) await held.promise;
      answer(wire);
    });
    const running = startRun(db, slow.url, { watch, parallel: 2 });
    await until(() => named(running.events, "chunk.quarantined").length === 1);
    if (watch) await until(() => enrichedIn(db) === 2);
    expect(await retry(db)).toMatchObject({ retried: 1 });
    if (watch) await until(() => enrichedIn(db) === 3);
    held.resolve();
    if (watch) running.stop();
    const { progress } = await running.result;
    expect([progress.enriched, enrichedIn(db)]).toEqual([3, 3]);
    server.stop();
    slow.stop();
  });

test("a verdict that a stopped run could not write any more is taken back: nothing is marked failed", async () => {
  const db = newTarget([{ id: "bad", content: poisoned(1) }], "delete");
  const server = await startModelServer();
  const lock = Promise.withResolvers<Awaited<ReturnType<typeof holdLock>>>();
  let refused = 0;
  const locking = await modelServer(async (wire, { body }) => {
    if (!body.includes("@@413")) return answer(wire);
    if (++refused === 2) lock.resolve(await holdLock(db, "IMMEDIATE"));
    refuse(wire, 413);
  });
  const running = startRun(db, locking.url);
  const held = await lock.promise;
  await until(() => named(running.events, "lock.waiting").length > 0);
  running.stop();
  running.abort();
  await running.result.catch(() => {});
  await held.release();
  expect((await list(db)).chunks).toMatchObject([{ id: "bad", state: "quarantined" }]);
  expect(await retry(db)).toMatchObject({ retried: 1, left: none });
  const { progress } = await startRun(db, server.url, { attemptsMax: 1 }).result;
  // The scripted server gives each text its first two 413, as one that was never asked.
  expect(progress).toMatchObject({ quarantined: 1 });
  expect(server.asked.get(poisoned(1))).toBe(2);
  expect(await retry(db)).toMatchObject({ retried: 1 });
  expect((await startRun(db, server.url).result).progress).toMatchObject({ enriched: 1, quarantined: 0 });
  server.stop();
  locking.stop();
});

test("other text, gone, described or marked by others meanwhile: left, counted, and listed so", async () => {
  const ids = ["same", "changed", "gone", "described", "pending"];
  const db = newTarget(ids.map((id, i) => ({ id, content: poisoned(i) })));
  const server = await startModelServer();
  await startRun(db, server.url).result;
  query(db, "UPDATE chunks SET content = content || ' and more' WHERE id = 'changed'");
  query(db, "DELETE FROM chunks WHERE id = 'gone'");
  query(db, "UPDATE chunks SET enriched_at = '2026-01-01', summary = 'theirs' WHERE id = 'described'");
  query(db, "UPDATE chunks SET enriched_at = NULL WHERE id = 'pending'");
  const states = (await list(db)).chunks.map(({ id, state }) => [id, state]);
  expect(Object.fromEntries(states)).toEqual({
    ...{ same: "quarantined", changed: "changed", gone: "gone", described: "taken", pending: "pending" },
  });
  expect(await retry(db)).toMatchObject({ retried: 2, left: { ...none, changed: 1, gone: 1, taken: 1 } });
  expect(query(db, "SELECT id FROM chunks WHERE enriched_at IS NULL ORDER BY id")).toEqual([
    { id: "pending" },
    { id: "same" },
  ]);
  expect(query(db, "SELECT summary FROM chunks WHERE id = 'described'")).toEqual([{ summary: "theirs" }]);
  // Of the changed one only the mark is known, and that is another program's by now.
  expect((await list(db)).chunks).toMatchObject([{ id: "changed", kind: "elsewhere" }]);
  server.stop();
});

test("marked by another program, with and without a journal of ours; a text that was given up here is asked about again", async () => {
  const db = newTarget([{ id: "theirs", content: textOf(1) }]);
  query(db, "UPDATE chunks SET enriched_at = 'skipped:failed'");
  expect(await retry(db, { kind: "elsewhere" })).toMatchObject({ retried: 1, elsewhere: 1 });
  const server = await startModelServer();
  const both = newTarget([{ id: "ours", content: poisoned(1) }]);
  await startRun(both, server.url).result;
  query(
    both,
    "INSERT INTO chunks SELECT 'theirs', content, '{}', 'x', NULL, 'assistant_text', NULL, 200, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'skipped:failed', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM chunks",
  );
  expect((await list(both)).kinds.map(({ kind, quarantined }) => [kind, quarantined])).toEqual([
    ["too_large", 1],
    ["elsewhere", 1],
  ]);
  expect(await retry(both, { ids: ["theirs"] })).toMatchObject({ retried: 2 });
  expect((await startRun(both, server.url).result).progress).toMatchObject({ enriched: 2, quarantined: 0 });
  server.stop();
});

test("what only waits for its next try is due at once, with all its tries", async () => {
  const db = newTarget([{ id: "bad", content: `${textOf(1)} @@500*2` }]);
  const server = await startModelServer();
  const running = startRun(db, server.url, { attemptsMax: 5 });
  await until(() => named(running.events, "chunk.failed").length > 0);
  running.stop();
  await running.result;
  expect((await list(db)).kinds).toMatchObject([{ kind: "server_error", waiting: 1, quarantined: 0 }]);
  expect(await retry(db, { kind: "timeout" })).toMatchObject({ retried: 0 });
  expect(await retry(db, { kind: "server_error" })).toMatchObject({ retried: 1, waiting: 1 });
  expect(await retry(db, { ids: ["bad"] })).toMatchObject({ retried: 0, left: { not_failed: 1 } });
  server.stop();
});

test("a stop, a lock that lasts, a pause: what was put back stays, and nothing is half done", async () => {
  const rows = Array.from({ length: 12 }, (_, i) => ({ id: `bad-${i}`, content: poisoned(i) }));
  const db = newTarget(rows);
  const server = await startModelServer();
  await startRun(db, server.url).result;
  server.stop();
  const held = await holdLock(db, "IMMEDIATE");
  await expect(retry(db, "all", { lockTimeoutMs: 300 })).rejects.toMatchObject({ kind: "locked" });
  const stop = new AbortController();
  const stopped = retry(db, "all", { stopping: stop.signal });
  setTimeout(() => stop.abort(), 100);
  expect(await stopped).toMatchObject({ retried: 0, stopped: true });
  await held.release();
  const pauseFile = join(temporaryFolder(), "pause.sentinel");
  writeFileSync(pauseFile, JSON.stringify({ labels: ["com.brainlayer.enrichment"] }));
  await expect(retry(db, "all", { lockTimeoutMs: 300, pauseFile })).rejects.toMatchObject({ kind: "locked" });
  expect((await list(db)).total).toBe(12);
  expect(await retry(db)).toMatchObject({ retried: 12, stopped: false });
  expect(await retry(db)).toMatchObject({ retried: 0 });
});
