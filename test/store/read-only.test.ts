import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { openForReading } from "../../src/store/read-only.ts";
import { temporaryFolder } from "../support/folder.ts";
import { holdLock } from "../support/locker.ts";

const folder = temporaryFolder();
const waiting = { clock: systemClock, random: Math.random, timeoutMs: 60_000 };

function someDatabase(path: string, journal: "wal" | "delete"): string {
  const db = new Database(path);
  db.run(`PRAGMA journal_mode = ${journal}`);
  db.run("CREATE TABLE t (a)");
  db.run("INSERT INTO t VALUES (1)");
  db.close();
  return path;
}

test("what can be shared is no snapshot, and is not written to", async () => {
  for (const journal of ["wal", "delete"] as const) {
    const path = someDatabase(join(folder, `${journal}.db`), journal);
    const { file, snapshot } = await openForReading(path, waiting);
    expect(snapshot).toBeFalse();
    expect(file.db.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 1 });
    expect(() => file.db.run("INSERT INTO t VALUES (2)")).toThrow();
    file.close();
  }
});

test("a lock that keeps readers out is waited for shortly, then read around", async () => {
  const path = someDatabase(join(folder, "locked.db"), "delete");
  const held = await holdLock(path);
  const startedMs = performance.now();
  const { file, snapshot } = await openForReading(path, waiting);
  expect(performance.now() - startedMs).toBeLessThan(6_000);
  expect(snapshot).toBeTrue();
  expect(file.db.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 1 });
  file.close();
  await held.release();
});

test("a lock that ends soon is no snapshot", async () => {
  const path = someDatabase(join(folder, "soon.db"), "delete");
  const held = await holdLock(path);
  const opening = openForReading(path, waiting);
  await Bun.sleep(100);
  await held.release();
  const { file, snapshot } = await opening;
  expect(snapshot).toBeFalse();
  file.close();
});

test("a stop ends the wait, and is no snapshot", async () => {
  const path = someDatabase(join(folder, "stopped.db"), "delete");
  const held = await holdLock(path);
  const stop = new AbortController();
  const opening = openForReading(path, { ...waiting, signal: stop.signal, onWait: () => stop.abort("stop") });
  expect(await opening.catch((error) => error)).toBe("stop");
  await held.release();
});

test("a WAL database in a folder without write permission is read as a snapshot, and leaves nothing there", async () => {
  const below = join(folder, "read-only");
  mkdirSync(below);
  const path = someDatabase(join(below, "wal.db"), "wal");
  chmodSync(path, 0o444);
  chmodSync(below, 0o555);
  chmodSync(folder, 0o755);
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../fixtures/read-as-other.ts"), path], {
    stderr: "inherit",
  });
  expect(JSON.parse(await child.stdout.text())).toEqual({ snapshot: true, rows: { n: 1 } });
  expect(readdirSync(below)).toEqual(["wal.db"]);
  chmodSync(below, 0o755);
});

test("what is no database is told as such", async () => {
  const error = await openForReading(join(folder, "absent.db"), waiting).catch((error) => error);
  expect(error).toMatchObject({ kind: "not_found", where: join(folder, "absent.db") });
});
