import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { modelServer } from "../fixtures/model-server.ts";
import { holdLock } from "../support/locker.ts";
import { answer, askedOf, named, startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";

const fixture = (name: string): string => join(import.meta.dir, "../fixtures", name);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}

test("a reader that pins a snapshot in wal mode: writing goes on, and its log is left to it", async () => {
  const db = newTarget(rowsOf(60));
  const reader = await holdLock(db, "SHARED");
  const server = await modelServer(answer);
  const { result, events } = startRun(db, server.url);
  expect((await result).progress.enriched).toBe(60);
  server.stop();
  expect(named(events, "lock.waiting")).toEqual([]);
  expect(enrichedIn(db)).toBe(60);
  // Nobody truncates what a reader still needs.
  expect(statSync(`${db}-wal`).size).toBeGreaterThan(60_000);
  await reader.release();
  expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
});

test("a reader in delete mode keeps the writer out: asking goes on, and all is written when it has read", async () => {
  const db = newTarget(rowsOf(60), "delete");
  const held = await Promise.withResolvers<Awaited<ReturnType<typeof holdLock>>>();
  const server = await modelServer(async (wire, _, number) => {
    if (number === 3) held.resolve(await holdLock(db, "SHARED"));
    await Bun.sleep(5);
    answer(wire);
  });
  const { result, events } = startRun(db, server.url, { withContext: false });
  const reader = await held.promise;
  await until(() => askedOf(server.calls).length === 60 && named(events, "lock.waiting").length > 0);
  expect(enrichedIn(db)).toBeLessThan(60);
  await reader.release();
  expect((await result).progress).toMatchObject({ enriched: 60, failed: 0 });
  server.stop();
  expect(askedOf(server.calls)).toHaveLength(60);
});

test("others write between our read and our write: what they did stays, and is told", async () => {
  const db = newTarget(rowsOf(10));
  const server = await modelServer((wire, { body }) => {
    const n = Number(/Text number (\d+)/.exec(body)?.[1]);
    if (n === 3 && !body.includes("And more"))
      query(db, "UPDATE chunks SET content = content || ' And more.' WHERE id = 'chunk-3'");
    if (n === 4) query(db, "UPDATE chunks SET summary = 'theirs', enriched_at = 'then' WHERE id = 'chunk-4'");
    if (n === 5) query(db, "DELETE FROM chunks WHERE id = 'chunk-5'");
    if (n === 6) query(db, "UPDATE chunks SET value_type = 'ARCHIVED' WHERE id = 'chunk-6'");
    answer(wire);
  });
  const { result, events } = startRun(db, server.url, { withContext: false });
  await result;
  const skipped = new Map(named(events, "chunk.skipped").map(({ id, reason }) => [id, reason]));
  // Whether the old answer meets the new text, or the new text is found first, is a matter of luck.
  expect(skipped.get("chunk-3") ?? "changed").toBe("changed");
  expect([skipped.get("chunk-4"), skipped.get("chunk-5"), skipped.get("chunk-6")]).toEqual(["taken", "gone", "taken"]);
  const of = (id: string) => query(db, `SELECT summary, enriched_at FROM chunks WHERE id = '${id}'`);
  expect(of("chunk-4")).toEqual([{ summary: "theirs", enriched_at: "then" }]);
  expect([of("chunk-5"), of("chunk-6")]).toEqual([[], [{ summary: null, enriched_at: null }]]);
  // The changed text is another one, and is asked about for itself, by the next run at the latest.
  await startRun(db, server.url).result;
  server.stop();
  expect(askedOf(server.calls).filter((n) => n === 3)).toHaveLength(2);
  expect(enrichedIn(db)).toBe(8);
});

test("another process truncates the log again and again while the run goes on", async () => {
  const db = newTarget(rowsOf(150));
  const child = Bun.spawn([process.execPath, fixture("checkpoint.ts"), db], { stdin: "pipe", stdout: "pipe" });
  const reader = child.stdout.getReader();
  await reader.read();
  const server = await modelServer(async (wire) => {
    await Bun.sleep(5);
    answer(wire);
  });
  const { result } = startRun(db, server.url);
  expect((await result).progress).toMatchObject({ enriched: 150, failed: 0 });
  server.stop();
  child.stdin.end();
  expect(Number(new TextDecoder().decode((await reader.read()).value))).toBeGreaterThan(3);
  expect(askedOf(server.calls)).toHaveLength(150);
  expect(enrichedIn(db)).toBe(150);
  expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
});

for (const [mode, left] of [
  ["wal", "-wal"],
  ["delete", "-journal"],
] as const)
  test(`killed in the middle of writing, in ${mode} mode: what it had committed is there, the rest is not, and all is enriched`, async () => {
    const db = newTarget(rowsOf(200), mode);
    await Bun.spawn([process.execPath, fixture("die-writing.ts"), db]).exited;
    expect([existsSync(`${db}${left}`), statSync(`${db}${left}`).size > 4_096]).toEqual([true, true]);
    const server = await modelServer(answer);
    expect((await startRun(db, server.url).result).progress).toMatchObject({ enriched: 200, failed: 0 });
    server.stop();
    const sql = "SELECT count(*) AS n FROM chunks WHERE sender IS";
    expect(query(db, `${sql} 'committed' AND id = 'chunk-0'`)).toEqual([{ n: 1 }]);
    expect(query(db, `${sql} 'lost'`)).toEqual([{ n: 0 }]);
    expect(server.calls.filter(({ body }) => body.includes("goes on. lost"))).toEqual([]);
    expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });
