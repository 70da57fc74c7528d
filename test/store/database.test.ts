import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { busyTimeoutMs, openDatabase } from "../../src/store/database.ts";
import type { Waiting } from "../../src/store/lock.ts";
import { temporaryFolder } from "../support/folder.ts";
import { holdLock } from "../support/locker.ts";
import { watchLoop } from "../support/loop.ts";

const folder = temporaryFolder();
const patient: Waiting = { clock: systemClock, random: Math.random, timeoutMs: 30_000 };

function someDatabase(name: string, mode: "wal" | "delete" = "delete"): string {
  const path = join(folder, name);
  const db = new Database(path);
  db.run(`PRAGMA journal_mode = ${mode}`);
  db.run("CREATE TABLE t (a)");
  db.close();
  return path;
}

const pragma = (db: Database, name: string): unknown => Object.values(db.query(`PRAGMA ${name}`).get() ?? {})[0];

describe("opening under a lock of another process", () => {
  for (const heldMs of [100, 3_000, 12_000])
    test.concurrent(`held for ${heldMs} ms: opened, its pragmas set, the loop served`, async () => {
      const path = someDatabase(`held-${heldMs}.db`);
      const held = await holdLock(path);
      const waits: number[] = [];
      let releasedAfterMs: number | null = null;
      const longestMs = watchLoop();
      const opening = openDatabase(path, "write", {
        ...patient,
        onWait: (ms) => waits.push(ms),
        onReleased: (ms) => {
          releasedAfterMs = ms;
        },
      });
      await Bun.sleep(heldMs);
      await held.release();
      const { db, close } = await opening;
      expect(longestMs()).toBeLessThan(250);
      expect(pragma(db, "busy_timeout")).toBe(busyTimeoutMs);
      expect(pragma(db, "journal_mode")).toBe("delete");
      expect(waits.length).toBeGreaterThan(0);
      expect(releasedAfterMs).toBeGreaterThanOrEqual(heldMs);
      close();
    });

  test("held past the timeout: a problem that names the file, after five attempts", async () => {
    const path = someDatabase("kept.db");
    const held = await holdLock(path);
    const slept: number[] = [];
    const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) };
    const opening = openDatabase(path, "write", { ...patient, clock, random: () => 1, timeoutMs: 0 });
    expect(await opening.catch((error) => error)).toMatchObject({ kind: "locked", where: path });
    expect(slept).toEqual([500, 1_000, 2_000, 4_000]);
    await held.release();
  });

  test("a stop ends the wait", async () => {
    const path = someDatabase("stopped.db");
    const held = await holdLock(path);
    const stop = new AbortController();
    const opening = openDatabase(path, "write", { ...patient, signal: stop.signal, onWait: () => stop.abort("stop") });
    expect(await opening.catch((error) => error)).toBe("stop");
    await held.release();
  });
});

test("a target keeps its journal mode; it is flushed at each commit unless it is in WAL mode", async () => {
  for (const [mode, synchronous] of [
    ["wal", 1],
    ["delete", 2],
  ] as const) {
    const { db, close } = await openDatabase(someDatabase(`${mode}.db`, mode), "write", patient);
    expect([pragma(db, "journal_mode"), pragma(db, "synchronous")]).toEqual([mode, synchronous]);
    close();
  }
});

test("ten processes make the same new database at once, and all have it", async () => {
  const path = join(folder, "new", "ten.db");
  const script = `
    const { openDatabase } = await import(${JSON.stringify(join(import.meta.dir, "../../src/store/database.ts"))});
    const { systemClock } = await import(${JSON.stringify(join(import.meta.dir, "../../src/core/clock.ts"))});
    const { transact } = await import(${JSON.stringify(join(import.meta.dir, "../../src/store/lock.ts"))});
    const waiting = { clock: systemClock, random: Math.random, timeoutMs: 30000 };
    const { db, close } = await openDatabase(process.argv[1], "create", waiting);
    await transact(db, "", () => { db.run("CREATE TABLE IF NOT EXISTS t (pid)"); db.query("INSERT INTO t VALUES (?)").run(process.pid); }, waiting);
    close();`;
  const children = Array.from({ length: 10 }, () =>
    Bun.spawn([process.execPath, "-e", script, path], { stdout: "ignore", stderr: "inherit" }),
  );
  expect(await Promise.all(children.map((child) => child.exited))).toEqual(Array(10).fill(0));
  const db = new Database(path);
  expect(db.query("SELECT count(DISTINCT pid) AS n FROM t").get()).toEqual({ n: 10 });
  expect(pragma(db, "journal_mode")).toBe("wal");
  db.close();
});

describe("what is no database is told as such, and nothing is made", () => {
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "empty.db"), "");
  writeFileSync(join(folder, "words.db"), "these are only words, and not a database\n");
  const rows = [
    ["absent.db", "not_found"],
    ["absent/absent.db", "not_found"],
    ["folder", "bad_input"],
    ["empty.db", "bad_input"],
    ["words.db", "bad_input"],
  ] as const;
  for (const [name, kind] of rows)
    for (const mode of ["read", "write"] as const)
      test(`${mode} ${name}`, async () => {
        const before = readdirSync(folder).sort();
        const error = await openDatabase(join(folder, name), mode, patient).catch((error) => error);
        expect(error).toBeInstanceOf(Problem);
        expect(error).toMatchObject({ kind, where: join(folder, name) });
        expect(readdirSync(folder).sort()).toEqual(before);
      });

  test("a damaged database", async () => {
    const path = someDatabase("damaged.db");
    await Bun.write(path, `SQLite format 3\0${"x".repeat(5_000)}`);
    expect(await openDatabase(path, "read", patient).catch((error) => error)).toMatchObject({ kind: "bad_input" });
  });
});

test("a snapshot reads what is exclusively locked, and writes nothing", async () => {
  const path = someDatabase("käse #1%20.db");
  const held = await holdLock(path);
  const { db, close } = await openDatabase(path, "snapshot", patient);
  expect(db.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 0 });
  expect(() => db.run("INSERT INTO t VALUES (1)")).toThrow();
  close();
  await held.release();
});
