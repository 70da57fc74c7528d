import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { closeSync, copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { systemClock, systemRandom } from "../../../src/core/clock.ts";
import { examineDatabase } from "../../../src/run/doctor/database.ts";
import type { Finding } from "../../../src/run/doctor/finding.ts";
import { examineJournal } from "../../../src/run/doctor/journal.ts";
import { journalPath } from "../../../src/store/journal.ts";
import { quickCheck } from "../../../src/store/quick-check.ts";
import { startModelServer } from "../../fixtures/describing-server.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { brainlayers, schemas } from "../../support/layouts.ts";
import { holdLock } from "../../support/locker.ts";
import { startRun } from "../../support/runner.ts";
import { newTarget, query, rowsOf } from "../../support/target.ts";

const system = { clock: systemClock, random: systemRandom };
const folder = temporaryFolder();

const database = (path: string) => examineDatabase({ path, foundBy: "--db", ...system });
const journal = (db: string) => examineJournal({ db, journal: null, ...system });
const levels = (findings: readonly Finding[]) => Object.fromEntries(findings.map(({ check, level }) => [check, level]));
const only = (findings: readonly Finding[], check: string) => findings.find((finding) => finding.check === check);
const bad = (findings: readonly Finding[]) => findings.filter(({ level }) => level !== "ok");

describe("the database", () => {
  for (const layout of ["own", ...brainlayers] as const)
    test(`${layout}: found, counted, checked; nothing is changed`, async () => {
      const path = join(folder, `${layout}.db`);
      const db = new Database(path);
      db.run("PRAGMA journal_mode = WAL");
      db.run(schemas[layout]);
      db.close();
      const before = readFileSync(path);
      const { findings, layout: seen } = await database(path);
      expect([bad(findings), seen]).toEqual([[], layout]);
      expect(only(findings, "chunks")?.what).toBe("0 chunks, 0 pending");
      expect(only(findings, "integrity")?.what).toContain("no damage");
      expect(only(findings, "journal_mode")?.what).toBe("wal");
      expect(readFileSync(path).equals(before)).toBeTrue();
    });

  test("pending chunks have a next step; a held lock is named, and is no reason to worry", async () => {
    const path = newTarget(rowsOf(3));
    const held = await holdLock(path, "IMMEDIATE");
    const { findings } = await database(path);
    await held.release();
    expect(bad(findings)).toEqual([]);
    expect(only(findings, "chunks")).toMatchObject({ what: "3 chunks, 3 pending", next: "enrichd run" });
    expect(only(findings, "lock")?.what).toContain(`pid ${held.pid}`);
  });

  test("a lock that keeps readers out: read as a snapshot, and told", async () => {
    const path = newTarget(rowsOf(3), "delete");
    const held = await holdLock(path, "EXCLUSIVE");
    const { findings } = await database(path);
    await held.release();
    expect(bad(findings)).toMatchObject([{ check: "lock", level: "warning" }]);
    expect(bad(findings)[0]?.what).toContain(`pid ${held.pid}`);
    expect(only(findings, "chunks")?.what).toBe("3 chunks, 3 pending");
  });

  test("damage is an error that names the way out", async () => {
    const path = newTarget(rowsOf(400), "delete");
    const file = openSync(path, "r+");
    for (const page of [3, 5, 7]) writeSync(file, Buffer.alloc(512, 0x5a), 0, 512, page * 4096 + 8);
    closeSync(file);
    const { findings } = await database(path);
    const error = findings.find(({ level }) => level === "error");
    expect(error).toMatchObject({ kind: "bad_input" });
    expect(error?.next).not.toBeNull();
  });

  test("what is none", async () => {
    const words = join(folder, "words.db");
    writeFileSync(words, "no database at all, but words");
    for (const [path, kind] of [
      [words, "bad_input"],
      [join(folder, "absent.db"), "not_found"],
      [folder, "bad_input"],
    ] as const)
      expect([path, bad((await database(path)).findings)]).toMatchObject([
        path,
        [{ check: "open", level: "error", kind }],
      ]);
  });
});

test("a check that takes longer than somebody wants to wait is left", async () => {
  const path = newTarget(rowsOf(2_000));
  expect(await quickCheck(path, 0, systemClock)).toBeNull();
  expect(await quickCheck(path, 30_000, systemClock)).toBe("ok");
});

describe("the journal", () => {
  test("none yet; then of this database, with what was given up", async () => {
    const db = newTarget([...rowsOf(2), { id: "bad", content: `${"word ".repeat(20)} @@413` }]);
    expect(levels(await journal(db))).toEqual({ found: "ok", page: "ok" });
    const server = await startModelServer();
    await startRun(db, server.url).result;
    server.stop();
    const findings = await journal(db);
    expect(bad(findings)).toEqual([]);
    expect(only(findings, "failures")).toMatchObject({ what: "1 text given up", next: "enrichd failures" });
    const other = newTarget(rowsOf(1));
    copyFileSync(journalPath(db), journalPath(other));
    query(other, "UPDATE chunks SET id = 'another'");
    expect(bad(await journal(other))).toMatchObject([{ check: "open", level: "error", kind: "config" }]);
  });

  test("a run that was killed, and verdicts that nobody writes", async () => {
    const db = newTarget(rowsOf(2));
    const server = await startModelServer();
    await startRun(db, server.url).result;
    server.stop();
    query(journalPath(db), "UPDATE runs SET state = 'running', ended_at_ms = NULL, pid = 1, pid_since = 'long ago'");
    query(journalPath(db), "UPDATE members SET state = 'due', run_id = NULL");
    const findings = await journal(db);
    expect(bad(findings).map(({ check, level, next }) => [check, level, next])).toEqual([
      ["crashed", "warning", expect.stringContaining("enrichd run")],
      ["due", "warning", "enrichd run"],
    ]);
    query(journalPath(db), "PRAGMA user_version = 99");
    expect(bad(await journal(db))).toMatchObject([{ check: "open", level: "error", kind: "config" }]);
  });
});
