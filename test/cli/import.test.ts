import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";
import { filesIn, newDatabase } from "../support/importing.ts";
import { jsonLines } from "../support/json-lines.ts";
import { schemas } from "../support/layouts.ts";

const main = join(import.meta.dir, "../../src/main.ts");
const home = temporaryFolder();

function start(args: readonly string[], env: Record<string, string> = {}) {
  return Bun.spawn([process.execPath, main, ...args], {
    ...{ env: { HOME: home, PATH: process.env["PATH"] ?? "", ...env } },
    ...{ stdin: "pipe", stdout: "pipe", stderr: "pipe" },
  });
}

async function enrichd(args: readonly string[], input = "", env: Record<string, string> = {}) {
  const child = start(args, env);
  child.stdin.write(input);
  child.stdin.end();
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { out, err, code };
}

function countIn(path: string): number {
  if (!existsSync(path)) return 0;
  const db = new Database(path, { readonly: true });
  try {
    db.run("PRAGMA busy_timeout = 5000");
    return db.query<{ n: number }, []>("SELECT count(*) AS n FROM chunks").get()?.n ?? 0;
  } catch {
    // The file is there, and its tables are not yet.
    return 0;
  } finally {
    db.close();
  }
}

const long = "This is a text of more than fifty characters, so that it is worth a question.";

describe("import", () => {
  test("says what came in and what to do next; nothing on stdout", async () => {
    const [root, db] = [filesIn({ "a.md": `# A\n\n${long}\n`, "b.jsonl": "no\n" }), newDatabase()];
    const { out, err, code } = await enrichd(["import", root, "--db", db]);
    expect([out, code]).toEqual(["", 0]);
    expect(err).toContain("1 chunk new, 0 known already, from 2 files");
    expect(err).toContain(`1 place could not be read; the rest is in:\n  ${join(root, "b.jsonl")}:1: not valid JSON`);
    expect(err).toContain(`Next: enrichd run --db ${db}`);
  });

  test("--json is one object", async () => {
    const [root, db] = [filesIn({ "a.txt": "short" }), newDatabase()];
    const { out, err, code } = await enrichd(["import", root, "--db", db, "--json"]);
    const { duration_ms, ...report } = JSON.parse(out);
    expect(duration_ms).toBeInteger();
    expect(report).toEqual({
      ...{ schema: "enrichd.import/1", db, files: 1, chunks_added: 1, chunks_known: 0, bytes: 5 },
      ...{ converted: {}, left_out: {}, unknown_records: {}, problems: [], problems_total: 0, stopped: false },
    });
    expect(code).toBe(0);
    // Too short for a question.
    expect(err).not.toContain("enrichd run");
  });

  test("standard input: text, or what --format says, with fields of other names", async () => {
    const db = newDatabase();
    expect((await enrichd(["import", "-", "--db", db], "# words\n")).code).toBe(0);
    const flags = ["--format", "jsonl", "--id-field", "key", "--text-field", "body", "--project", "p"];
    expect((await enrichd(["import", "-", "--db", db, ...flags], '{"key":1,"body":"t"}\n')).code).toBe(0);
    const { out } = await enrichd(["export", "--all", "--db", db]);
    const rows = jsonLines(out);
    expect(rows).toMatchObject([
      { content: "# words", content_type: "text", project: null, source_file: "standard input", metadata: { line: 1 } },
      { id: "1", content: "t", project: "p" },
    ]);
  });

  test("without --db it makes our own database at its place, and takes none that BrainLayer has", async () => {
    const root = filesIn({ "a.md": long });
    const elsewhere = temporaryFolder();
    const brainlayer = join(elsewhere, "brain.db");
    const data = join(elsewhere, "data");
    const env = { XDG_DATA_HOME: data, HOME: elsewhere, BRAINLAYER_DB: brainlayer };
    const { out, code } = await enrichd(["import", root, "--json"], "", env);
    expect(code).toBe(0);
    expect(JSON.parse(out).db).toStartWith(elsewhere);
    expect(existsSync(brainlayer)).toBeFalse();
  });

  const refused: readonly (readonly [string, (db: string) => string[], number, string])[] = [
    ["no path", (db) => ["--db", db], 2, "name files or folders"],
    ["an empty path", (db) => ["", "--db", db], 2, "a path is empty"],
    ["a path that is not there", (db) => ["/none/such.md", "--db", db], 66, "there is no such file or folder"],
    ["an unknown format", (db) => ["-", "--format", "markdwon", "--db", db], 2, "did you mean markdown?"],
    ["--strict and a broken line", (db) => ["-", "--format", "jsonl", "--strict", "--db", db], 65, "standard input:1"],
    ["a database that cannot be made", () => ["-", "--db", "/proc/none/x.db"], 73, "/proc/none/x.db"],
  ];
  for (const [name, args, expected, words] of refused)
    test(name, async () => {
      const db = newDatabase();
      const { out, err, code } = await enrichd(["import", ...args(db)], "no\n");
      expect([err, code]).toEqual([expect.stringContaining(words), expected]);
      expect(err).toContain("  next:  ");
      expect(out).toBe("");
      if (expected !== 65) expect(existsSync(db)).toBeFalse();
    });

  test("a BrainLayer database is refused, and stays as it is", async () => {
    const db = newDatabase();
    const made = new Database(db);
    made.run(schemas["brainlayer-2"]);
    made.close();
    const before = readFileSync(db);
    const { err, code } = await enrichd(["import", "-", "--db", db], "words");
    expect([err, code]).toEqual([expect.stringContaining("BrainLayer"), 65]);
    expect(readFileSync(db).equals(before)).toBeTrue();
  });

  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    test(`${signal}: what has been read is in, a summary, ${expected}`, async () => {
      const db = newDatabase();
      const child = start(["import", "-", "--format", "jsonl", "--db", db, "--json"]);
      const lines = Array.from({ length: 500 }, (_, i) => `${JSON.stringify({ id: i, text: long })}\n`);
      child.stdin.write(lines.join(""));
      await child.stdin.flush();
      while (countIn(db) === 0) await Bun.sleep(5);
      child.kill(signal);
      const [out, code] = await Promise.all([child.stdout.text(), child.exited]);
      expect(code).toBe(expected);
      expect(JSON.parse(out)).toMatchObject({ stopped: true, chunks_added: countIn(db) });
    });
});

describe("export", () => {
  test("a reader that has seen enough ends it quietly", async () => {
    const db = newDatabase();
    const lines = Array.from({ length: 5_000 }, (_, i) => JSON.stringify({ id: i, text: `${long} ${i}` })).join("\n");
    await enrichd(["import", "-", "--format", "jsonl", "--db", db], lines);
    const child = start(["export", "--all", "--db", db]);
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    expect([await child.stderr.text(), await child.exited]).toEqual(["", 0]);
    const { out } = await enrichd(["export", "--all", "--db", db]);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual(Array.from({ length: 5_000 }, (_, i) => `${i}`));
  });

  test("nothing described: nothing on stdout, and what to do", async () => {
    const db = newDatabase();
    await enrichd(["import", "-", "--db", db], long);
    const { out, err, code } = await enrichd(["export", "--db", db]);
    expect([out, code]).toEqual(["", 0]);
    expect(err).toContain("enrichd run");
  });

  test("a database that is none", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "x"));
    expect((await enrichd(["export", "--db", join(folder, "none.db")])).code).toBe(66);
    expect((await enrichd(["export", "--db", join(folder, "x")])).code).toBe(65);
  });
});
