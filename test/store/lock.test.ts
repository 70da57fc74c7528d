import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { openDatabase } from "../../src/store/database.ts";
import { transact, untilFree, type Waiting } from "../../src/store/lock.ts";
import { temporaryFolder } from "../support/folder.ts";
import { holdLock } from "../support/locker.ts";
import { watchLoop } from "../support/loop.ts";

const folder = temporaryFolder();
const patient: Waiting = { clock: systemClock, random: Math.random, timeoutMs: Number.POSITIVE_INFINITY };

async function open(name: string) {
  const path = join(folder, name);
  const made = new Database(path);
  made.run("CREATE TABLE t (a)");
  made.close();
  return openDatabase(path, "write", patient);
}

test("a transaction waits for another process, is run again whole, and never holds up the loop", async () => {
  const { db, path, close } = await open("wait.db");
  const held = await holdLock(path, "IMMEDIATE");
  let tries = 0;
  let waited = false;
  const longestMs = watchLoop();
  const writing = transact(
    db,
    path,
    () => {
      tries++;
      db.run("INSERT INTO t VALUES (1)");
    },
    { ...patient, onWait: () => (waited = true) },
  );
  await Bun.sleep(700);
  expect(waited).toBeTrue();
  await held.release();
  await writing;
  expect(longestMs()).toBeLessThan(250);
  expect(tries).toBe(1);
  expect(db.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 1 });
  close();
});

test("what the body throws is rolled back and passed on, without another try", async () => {
  const { db, path, close } = await open("throw.db");
  let tries = 0;
  const writing = transact(
    db,
    path,
    () => {
      tries++;
      db.run("INSERT INTO t VALUES (1)");
      throw new Error("no");
    },
    patient,
  );
  expect(await writing.catch((error) => error.message)).toBe("no");
  expect(tries).toBe(1);
  expect(db.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 0 });
  close();
});

test("patience ends with a problem of its own kind; a stop ends it at once", async () => {
  const { db, path, close } = await open("patience.db");
  const held = await holdLock(path, "IMMEDIATE");
  const late = transact(db, path, () => {}, { ...patient, timeoutMs: 50 });
  expect(await late.catch((error) => error)).toMatchObject({ kind: "locked", where: path });
  const stop = new AbortController();
  const stopped = transact(db, path, () => {}, { ...patient, signal: stop.signal, onWait: () => stop.abort("stop") });
  expect(await stopped.catch((error) => error)).toBe("stop");
  await held.release();
  close();
});

test("a read waits where readers are kept out", async () => {
  const { db, path, close } = await open("read.db");
  const held = await holdLock(path, "EXCLUSIVE");
  const reading = untilFree(path, () => db.query("SELECT count(*) AS n FROM t").get(), patient);
  await Bun.sleep(200);
  await held.release();
  expect(await reading).toEqual({ n: 0 });
  close();
});
