import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelServer } from "../fixtures/model-server.ts";
import { temporaryFolder } from "../support/folder.ts";
import { answer, askedOf, named, startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";

const folder = temporaryFolder();
let made = 0;

function sentinel(expiresAt: string | null): string {
  const file = join(folder, `pause-${++made}.sentinel`);
  writeFileSync(file, JSON.stringify({ labels: ["com.brainlayer.enrichment"], expires_at: expiresAt }));
  return file;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}

test("BrainLayer asks for a pause: asking goes on, nothing is written, and all of it soon after the pause is taken back", async () => {
  const db = newTarget(rowsOf(40));
  const pauseFile = sentinel(null);
  const server = await modelServer(answer);
  const { result, events } = startRun(db, server.url, { pauseFile });
  await until(() => askedOf(server.calls).length === 40 && named(events, "target.paused").length > 0);
  await Bun.sleep(300);
  expect(enrichedIn(db)).toBe(0);
  rmSync(pauseFile);
  const removedMs = performance.now();
  expect((await result).progress).toMatchObject({ enriched: 40, failed: 0 });
  server.stop();
  expect(performance.now() - removedMs).toBeLessThan(2_000);
  expect(named(events, "target.paused")).toHaveLength(1);
  expect(named(events, "target.resumed")).toHaveLength(1);
});

test("a pause with an end is over at its end", async () => {
  const db = newTarget(rowsOf(5));
  const endsMs = Date.now() + 1_200;
  const server = await modelServer(answer);
  const { result, events } = startRun(db, server.url, { pauseFile: sentinel(new Date(endsMs).toISOString()) });
  expect((await result).progress.enriched).toBe(5);
  server.stop();
  expect(Date.now() - endsMs).toBeGreaterThanOrEqual(0);
  expect(Date.now() - endsMs).toBeLessThan(2_000);
  expect(named(events, "target.resumed")).toHaveLength(1);
});

test("a pause that begins in the middle: what is not yet written waits for it", async () => {
  const db = newTarget(rowsOf(40));
  const pauseFile = join(folder, "later.sentinel");
  let enrichedThen = -1;
  const server = await modelServer(async (wire, _, number) => {
    if (number === 20) {
      writeFileSync(pauseFile, '{"labels": ["com.brainlayer.enrichment"]}');
      enrichedThen = enrichedIn(db);
    }
    await Bun.sleep(2);
    answer(wire);
  });
  const { result, events } = startRun(db, server.url, { pauseFile });
  await until(() => askedOf(server.calls).length === 40 && named(events, "target.paused").length > 0);
  await Bun.sleep(100);
  expect(enrichedIn(db)).toBe(enrichedThen);
  rmSync(pauseFile);
  expect((await result).progress.enriched).toBe(40);
  server.stop();
});

test("a pause that outlasts the run: told as a lock, and the next run writes without asking", async () => {
  const db = newTarget(rowsOf(10));
  const pauseFile = sentinel(null);
  const server = await modelServer(answer);
  const error = await startRun(db, server.url, { pauseFile, lockTimeoutMs: 100 }).result.catch((error) => error);
  expect(error).toMatchObject({ kind: "locked", where: pauseFile });
  expect(enrichedIn(db)).toBe(0);
  rmSync(pauseFile);
  await startRun(db, server.url, { pauseFile }).result;
  server.stop();
  expect(enrichedIn(db)).toBe(10);
  expect(askedOf(server.calls)).toHaveLength(10);
});

test("asking pauses too when as many answers wait as may", async () => {
  const db = newTarget(rowsOf(60));
  const pauseFile = sentinel(null);
  const server = await modelServer(answer);
  const { result, events } = startRun(db, server.url, { pauseFile, answersMax: 10 });
  await until(() => named(events, "target.paused").length > 0 && askedOf(server.calls).length >= 10);
  await Bun.sleep(100);
  expect(askedOf(server.calls).length).toBeLessThanOrEqual(10 + 4);
  rmSync(pauseFile);
  expect((await result).progress.enriched).toBe(60);
  server.stop();
});
