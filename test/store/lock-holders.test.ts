import { expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { findHolders } from "../../src/run/find-holders.ts";
import { openDatabase } from "../../src/store/database.ts";
import { transact } from "../../src/store/lock.ts";
import { holdersIn, holdersInLsof, lsofCommand } from "../../src/store/lock-holders.ts";
import { outputOf } from "../../src/supervisor/child.ts";
import { temporaryFolder } from "../support/folder.ts";
import { holdLock, type LockKind } from "../support/locker.ts";
import { newTarget, rowsOf } from "../support/target.ts";

const waiting = { clock: systemClock, random: Math.random, findHolders };

// macOS has no list of locks, and its lsof tells who has the file open.
const has = process.platform === "linux" ? "lock" : "open file";

const kinds: readonly (readonly ["wal" | "delete", LockKind])[] = [
  ["wal", "IMMEDIATE"],
  ["wal", "EXCLUSIVE"],
  ["delete", "IMMEDIATE"],
  ["delete", "EXCLUSIVE"],
];
for (const [mode, kind] of kinds)
  test(`who holds the ${kind} lock of a file in ${mode} mode is named, and a bystander is not`, async () => {
    const path = newTarget(rowsOf(1), mode);
    const bystander = await openDatabase(path, "write", { ...waiting, timeoutMs: 0 });
    const other = newTarget(rowsOf(1), mode);
    const [held, elsewhere] = [await holdLock(path, kind), await holdLock(other, kind)];
    expect(await findHolders(path)).toEqual([{ pid: held.pid, name: expect.any(String), has }]);
    const insert = (): void => void bystander.db.run("DELETE FROM chunks");
    const error = await transact(bystander.db, path, insert, { ...waiting, timeoutMs: 0 }).catch((error) => error);
    expect(error).toMatchObject({ kind: "locked", where: path, message: expect.stringContaining(`(pid ${held.pid})`) });
    await held.release();
    if (has === "lock") expect(await findHolders(path)).toEqual([]);
    await elsewhere.release();
    bystander.close();
  });

test("a reader that keeps a writer out is named where there is no writer", async () => {
  const path = newTarget(rowsOf(1), "delete");
  const held = await holdLock(path, "SHARED");
  expect((await findHolders(path)).map(({ pid }) => pid)).toEqual([held.pid]);
  await held.release();
});

test("an opening that was given up names the holder too", async () => {
  const path = newTarget(rowsOf(1), "delete");
  const held = await holdLock(path);
  const clock = { ...systemClock, sleep: async () => {} };
  const error = await openDatabase(path, "write", { ...waiting, clock, timeoutMs: 0 }).catch((error) => error);
  expect(error.message).toContain(`(pid ${held.pid})`);
  await held.release();
});

test("a list of locks: writers before readers, blocked ones and other files left out", () => {
  const locks = `1: POSIX  ADVISORY  READ 11 fe:00:100 1073741826 1073742335
2: POSIX  ADVISORY  WRITE 12 fe:00:100 1073741825 1073741825
2: -> POSIX  ADVISORY  WRITE 13 fe:00:100 1073741825 1073741825
3: FLOCK  ADVISORY  WRITE 14 fe:00:100 0 EOF
4: POSIX  ADVISORY  WRITE 15 00:2f:200 120 120
5: POSIX  ADVISORY  WRITE 16 00:2f:300 0 EOF
`;
  expect(holdersIn(locks, ["100", null])).toEqual([12]);
  expect(holdersIn(locks, ["100", "200"])).toEqual([12, 15]);
  expect(holdersIn(locks.replace("WRITE 12", "READ 12"), ["100", null])).toEqual([11, 12]);
  expect(holdersIn("", ["100", "200"])).toEqual([]);
});

test("what lsof says on macOS: a block for each process", () => {
  const said = "p501\ncDB Browser for SQLite\nf12\np502\ncpython3.12\nf3\nf4\n";
  expect(holdersInLsof(said)).toEqual([
    { pid: 501, name: "DB Browser for SQLite", has: "open file" },
    { pid: 502, name: "python3.12", has: "open file" },
  ]);
  expect(holdersInLsof("")).toEqual([]);
});

test("lsof itself, where there is one, finds who has the file open", async () => {
  const path = newTarget(rowsOf(1), "delete");
  const held = await holdLock(path);
  const lsof = Bun.which("lsof", { PATH: `${process.env["PATH"]}:/usr/sbin` });
  const said = lsof === null ? `p${held.pid}\n` : await outputOf([lsof, ...lsofCommand(path).slice(1)], 10_000);
  expect(holdersInLsof(said ?? "").map(({ pid }) => pid)).toContain(held.pid);
  await held.release();
});

test("a command that is not there, fails, or hangs says nothing, and hangs nobody", async () => {
  const startedMs = performance.now();
  expect(await outputOf([join(temporaryFolder(), "absent")], 1_000)).toBeNull();
  expect(await outputOf(["/bin/sh", "-c", "echo half; exit 1"], 1_000)).toBeNull();
  expect(await outputOf(["/bin/sh", "-c", "exec sleep 30"], 200)).toBeNull();
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});
