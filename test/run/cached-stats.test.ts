import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { systemRandom } from "../../src/core/clock.ts";
import { cachedStats } from "../../src/run/cached-stats.ts";
import { pageFiles } from "../../src/run/page-files.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { handClock } from "../support/clock.ts";
import { startRun } from "../support/runner.ts";
import { newTarget, rowsOf } from "../support/target.ts";

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(2);
}

async function setUp({ isDescribed = true } = {}) {
  const db = newTarget(rowsOf(5), "delete");
  const server = await startModelServer();
  if (isDescribed) await startRun(db, server.url).result;
  server.stop();
  const clock = handClock();
  const parts = { paths: { db, journal: null }, clock, random: systemRandom };
  const files = pageFiles(parts.paths, { clock, random: systemRandom, timeoutMs: 2_000 });
  let looks = 0;
  const stats = cachedStats(parts, async () => {
    const version = await files.version();
    looks++;
    return version;
  });
  const first = (await stats.latest()).value;
  expect(first).toMatchObject({ total_chunks: 5, enriched: isDescribed ? 5 : 0 });
  /** Lets so much time go by, and has a look taken. */
  const lookAfter = async (ms: number): Promise<void> => {
    const before = looks;
    await clock.advance(ms);
    stats.current();
    await until(() => looks > before);
    // What follows a look at the version without a count ends at once.
    await Bun.sleep(1);
  };
  return { db, stats, lookAfter, first, files };
}

test("nobody has written: the count stands, and is as good as new", async () => {
  const { stats, lookAfter, first, files } = await setUp();
  await lookAfter(5_000);
  expect(await stats.latest()).toEqual({ value: first, agoMs: 0 });
  expect(stats.current()).toBe(first);
  files.close();
});

test("but not for ever: a run that has died writes nothing", async () => {
  const { stats, lookAfter, first, files } = await setUp();
  await lookAfter(16_000);
  await until(() => stats.current() !== first);
  expect(stats.current()).toMatchObject({ enriched: 5 });
  files.close();
});

test.each(["target", "journal"])("somebody has written to the %s: it is counted anew", async (which) => {
  const { db, stats, lookAfter, first, files } = await setUp();
  const other = new Database(which === "target" ? db : db.replace(/\.db$/, ".enrichd.db"));
  if (which === "target") other.run("UPDATE chunks SET summary = NULL, enriched_at = NULL WHERE id = 'chunk-1'");
  else other.run("UPDATE runs SET reason = 'as a test has it'");
  other.close();
  await lookAfter(5_000);
  await until(() => stats.current() !== first);
  expect(stats.current()).toMatchObject({ enriched: which === "target" ? 4 : 5 });
  files.close();
});

test("another file has taken the place of the target: it is counted anew", async () => {
  const { db, stats, lookAfter, first, files } = await setUp({ isDescribed: false });
  renameSync(newTarget(rowsOf(7), "delete"), db);
  await lookAfter(5_000);
  await until(() => stats.current() !== first);
  expect(stats.current()).toMatchObject({ total_chunks: 7 });
  files.close();
});
