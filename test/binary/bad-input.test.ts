import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { holdLock } from "../support/locker.ts";
import { newTarget, rowsOf } from "../support/target.ts";

/** What each gets: its code, and what stands on stderr. stdout stays empty, and no file is made. */
const rows: readonly (readonly [args: string[], code: number, says: readonly string[]])[] = [
  [[], 2, ["no command is given", "commands: demo, import, run, stats"]],
  [["rnu"], 2, ['there is no command "rnu"', "did you mean `enrichd run`?"]],
  [["--db", "x", "run"], 2, ["the command comes before its flags"]],
  [["config"], 2, ["no command is given", "enrichd config", "commands: init"]],
  [["config", "int"], 2, ['there is no command "config int"', "did you mean `enrichd config init`?"]],
  [["config", "--print"], 2, ["the command comes before its flags"]],
  [["config", "init", "x"], 2, ['unexpected argument "x"', "usage: enrichd config init [flags]"]],
  [["init"], 2, ["did you mean `enrichd config init`?"]],
  [["run", "--fallbak"], 2, ["unknown flag --fallbak", "usage: enrichd run [flags]"]],
  [["run", "--parallel", "0"], 2, ["from 1 to 128"]],
  [["run", "--db"], 2, ["--db"]],
  [["run", "--db="], 2, ["--db is empty"]],
  [["run", "now"], 2, ['unexpected argument "now"']],
  [["run", "--backend", "none"], 2, ["--backend takes auto, mlx"]],
  [["run", "--parallell", "2"], 2, ["did you mean --parallel?"]],
  [["stats", "--max", "3"], 2, ["unknown flag --max"]],
  [["import"], 2, ["usage: enrichd import"]],
  [["export", "--format", "xml"], 2, ["jsonl, csv, markdown"]],
  [["run", "--db", "absent.db"], 66, ["there is no such file", "absent.db", "enrichd import PATH"]],
  [["stats", "--db", "absent.db"], 66, ["there is no such file"]],
  [["export", "--db", "absent.db"], 66, ["there is no such file"]],
  [["import", "absent.md"], 66, ["absent.md"]],
  [["run"], 66, ["there is no such file", ".local/share/enrichd/enrichd.db"]],
  [["run", "--db", "folder"], 65, ["this is not a file"]],
  [["run", "--db", "empty.db"], 65, ["the file is empty"]],
  [["run", "--db", "words.db"], 65, ["not a SQLite database"]],
  [["stats", "--db", "words.db"], 65, ["not a SQLite database"]],
  [["run", "--db", "other.db"], 65, ["no table `chunks`"]],
  [["stats", "--db", "other.db"], 65, ["no table `chunks`"]],
  [["run", "--db", "thin.db"], 65, ["no column", "enriched_at"]],
  [["import", "words.db", "--db", "other.db"], 65, ["belongs to another program"]],
  [["run", "--db", "target.db", "--url", "http://127.0.0.1:9"], 69, ["given up: unreachable"]],
  [["run", "--db", "target.db", "--url", "http://192.0.2.1:9"], 78, ["not on this machine"]],
  [["run", "--db", "target.db", "--url", "ftp://127.0.0.1"], 2, ["not http or https"]],
  [["run", "--db", "target.db", "--config", "absent.toml"], 66, ["config file"]],
  [["run", "--db", "target.db", "--config", "bad.toml"], 78, ["not valid TOML"]],
  [["run", "--db", "target.db", "--config", "typo.toml"], 78, ["unknown setting", "did you mean parallel?"]],
  [["run", "--db", "target.db", "--journal", "other.db"], 78, ["not a journal of enrichd"]],
  [["run", "--db", "target.db", "--journal", "no/such/folder/j.db", "--url", "http://127.0.0.1:9"], 69, []],
  [["run", "--db", "target.db", "--journal", "words.db/j.db"], 73, ["words.db"]],
];

describe("bad input gets what happened, where, and what to do next", () => {
  let box: Alone;
  beforeAll(() => {
    box = alone();
    mkdirSync(box.path("folder"));
    writeFileSync(box.path("empty.db"), "");
    writeFileSync(box.path("words.db"), "only words, no database, and long enough to be looked at\n");
    writeFileSync(box.path("bad.toml"), "parallel = \n");
    writeFileSync(box.path("typo.toml"), "paralel = 2\n");
    for (const [name, sql] of [
      ["other.db", "CREATE TABLE notes (a)"],
      ["thin.db", "CREATE TABLE chunks (id TEXT, content TEXT)"],
      ["target.db", "CREATE TABLE chunks (id TEXT PRIMARY KEY, content TEXT, enriched_at TEXT)"],
    ] as const) {
      const db = new Database(box.path(name));
      db.run(sql);
      if (name === "target.db") db.run("INSERT INTO chunks (id, content) VALUES ('a', ?)", ["long enough ".repeat(9)]);
      db.close();
    }
  });

  for (const [args, code, says] of rows)
    test(`${["enrichd", ...args].join(" ")}: ${code}`, async () => {
      const before = readdirSync(box.folder).sort();
      const ended = await box.run(...args);
      expect([ended.code, ended.out]).toEqual([code, ""]);
      expect(ended.err).toMatch(/^ {2}where: .+\n {2}next: {2}.+/m);
      for (const words of says) expect(ended.err).toContain(words);
      if (!args.includes("--url")) expect(readdirSync(box.folder).sort()).toEqual(before);
    });

  test("a lock that outlasts --lock-timeout: 75, and the answers are kept", async () => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(4));
    const lock = await holdLock(db, "IMMEDIATE");
    const flags = ["--db", db, "--url", server.url, "--lock-timeout", "300ms"];
    const { code, err } = await box.run("run", ...flags);
    expect(code).toBe(75);
    expect(err).toContain(`(pid ${lock.pid})`);
    await lock.release();
    const again = await box.run("run", ...flags);
    expect(again.code).toBe(0);
    expect(server.counts.questions).toBe(4);
    server.stop();
  });

  test("a server that wants a key: 69, with the setting that gives it; the key is shown nowhere", async () => {
    const server = await startModelServer({ manner: "401" });
    const flags = ["--db", newTarget(rowsOf(2)), "--url", server.url, "--api-key", "sk-very-secret", "--verbose"];
    const { code, out, err } = await box.run("run", ...flags);
    server.stop();
    expect(code).toBe(69);
    expect(err).toContain("ENRICHD_API_KEY");
    expect(out + err).not.toContain("sk-very-secret");
  });
});

test("no home and no database named: told, not guessed", async () => {
  const { code, err } = await alone({ HOME: "" }).run("run");
  expect(code).toBe(78);
  expect(err).toContain("--db PATH");
});

test("a full disk: 74, the database untouched", async () => {
  const server = await startModelServer();
  const db = newTarget(rowsOf(3));
  const before = Bun.hash(await Bun.file(db).bytes());
  const { code, err } = await alone().run("run", "--db", db, "--url", server.url, "--journal", "/dev/full");
  server.stop();
  expect([65, 73, 74]).toContain(code);
  expect(err).toContain("/dev/full");
  expect(Bun.hash(await Bun.file(db).bytes())).toBe(before);
});
