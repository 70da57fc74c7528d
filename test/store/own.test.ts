import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../src/store/database.ts";
import { transact } from "../../src/store/lock.ts";
import { openOwn } from "../../src/store/own.ts";
import { addChunks, type NewChunk } from "../../src/store/own-chunks.ts";
import { openTarget } from "../../src/store/target.ts";
import { temporaryFolder } from "../support/folder.ts";
import { waiting } from "../support/journal.ts";
import { schemas } from "../support/layouts.ts";
import { holdLock } from "../support/locker.ts";

const folder = temporaryFolder();
let made = 0;
const newPath = (): string => join(folder, `own-${++made}.db`);

const chunk = (parts: Partial<NewChunk>): NewChunk => ({
  ...{ id: null, name: "a.md", place: null, content: "some text", sourceFile: "/notes/a.md", metadata: {} },
  ...{ createdAt: "2026-11-24T10:00:00.000Z", source: "import", project: null, contentType: "text" },
  ...{ conversationId: null, position: null, sender: null, language: null, ...parts },
});

async function withOwn(path: string, ...batches: Partial<NewChunk>[][]) {
  const { db, close } = await openOwn(path, waiting);
  const counts = batches.map((batch) => db.transaction(() => addChunks(db, batch.map(chunk))).immediate());
  const rows = db.query<Record<string, unknown>, []>("SELECT * FROM chunks ORDER BY rowid").all();
  close();
  return { counts, rows, ids: rows.map(({ id }) => id) };
}

describe("whose database it is", () => {
  test("a new one is ours, keeps its mark, and is a target of our layout", async () => {
    const path = join(folder, "new folder", "ö.db");
    const marks: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const file = await openOwn(path, waiting);
      const target = openTarget(file);
      expect(target.layout).toBe("own");
      marks.push(target.marks().uuid);
      expect(file.db.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
      file.close();
    }
    expect(marks[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(marks[1]).toBe(marks[0]);
  });

  test("an empty file, and a database without a table, become ours", async () => {
    const [empty, bare] = [newPath(), newPath()];
    writeFileSync(empty, "");
    const db = new Database(bare);
    db.run("CREATE TABLE t (a)");
    db.run("DROP TABLE t");
    db.close();
    for (const path of [empty, bare]) expect((await withOwn(path, [{}])).ids).toHaveLength(1);
  });

  const foreign: readonly (readonly [string, string, string])[] = [
    ["BrainLayer's older generation", schemas["brainlayer-1"], "BrainLayer"],
    ["BrainLayer's current generation", schemas["brainlayer-2"], "BrainLayer"],
    ["another program's", "CREATE TABLE t (a)", "another program"],
    ["one without tables, but with another's mark", "PRAGMA application_id = 77", "another program"],
  ];
  for (const [name, schema, word] of foreign)
    test(`${name} is refused, and no byte of it changes`, async () => {
      const path = newPath();
      const db = new Database(path);
      db.run("PRAGMA user_version = 3");
      db.run(schema);
      db.close();
      const before = readFileSync(path);
      const error = await openOwn(path, waiting).catch((error) => error);
      expect(error).toMatchObject({ kind: "bad_input", where: path });
      expect(error.message).toContain(word);
      expect(error.next).toContain("--db");
      expect(readFileSync(path).equals(before)).toBeTrue();
      for (const end of ["-wal", "-shm", "-journal"]) expect(existsSync(`${path}${end}`)).toBeFalse();
    });

  test("a newer version is refused", async () => {
    const path = newPath();
    await withOwn(path);
    const { db, close } = await openDatabase(path, "write", waiting);
    db.run("PRAGMA user_version = 99");
    close();
    expect(await openOwn(path, waiting).catch((error) => error)).toMatchObject({ kind: "config", where: path });
  });

  test("words are no database", async () => {
    const path = newPath();
    writeFileSync(path, "only words, and a good many of them\n");
    expect(await openOwn(path, waiting).catch((error) => error)).toMatchObject({ kind: "bad_input", where: path });
  });
});

describe("each chunk once", () => {
  test("the same again adds nothing; other text, another file, another place is another chunk", async () => {
    const batch = [{}, { content: "other" }, { sourceFile: "/notes/b.md" }, { place: "c/1" }, { place: "c/2" }];
    const { counts, ids } = await withOwn(newPath(), batch, batch, [{ content: "third" }]);
    expect(counts).toEqual([
      { added: 5, known: 0 },
      { added: 0, known: 5 },
      { added: 1, known: 0 },
    ]);
    expect(ids).toHaveLength(6);
    for (const id of ids) expect(id).toMatch(/^a\.md#[\w-]{22}$/);
  });

  test("an id whose text has changed is a chunk of its own, and touches no other row", async () => {
    const path = newPath();
    const { rows: before } = await withOwn(path, [{ id: "x", content: "first" }]);
    const change = [{ id: "x", content: "second" }];
    const { counts, rows, ids } = await withOwn(path, change, change, [{ id: "x", content: "first", project: "p" }]);
    expect(counts.map(({ added }) => added)).toEqual([1, 0, 0]);
    expect(rows[0]).toEqual(before[0]);
    expect(ids[1]).toMatch(/^x~[\w-]{22}$/);
  });

  test("a described row stays as it is", async () => {
    const path = newPath();
    await withOwn(path, [{ id: "x" }]);
    const { db, close } = await openDatabase(path, "write", waiting);
    db.run("UPDATE chunks SET enrich_status = 'success', summary = 's', enriched_at = '2026-11-24'");
    close();
    const { rows } = await withOwn(path, [{ id: "x", metadata: { new: 1 } }]);
    expect(rows).toMatchObject([{ summary: "s", enrich_status: "success", metadata: "{}" }]);
  });

  test("length is counted in code points", async () => {
    const { rows } = await withOwn(newPath(), [{ content: "a😀é" }]);
    expect(rows[0]?.["char_count"]).toBe(3);
  });
});

test("ten processes make it and put the same chunks in at once; each is there once", async () => {
  const path = join(folder, "made", "ten.db");
  const source = (file: string): string => JSON.stringify(join(import.meta.dir, "../../src", file));
  const script = `
    const { openOwn } = await import(${source("store/own.ts")});
    const { addChunks } = await import(${source("store/own-chunks.ts")});
    const { transact } = await import(${source("store/lock.ts")});
    const { systemClock } = await import(${source("core/clock.ts")});
    const waiting = { clock: systemClock, random: Math.random, timeoutMs: 30000 };
    const { db, close } = await openOwn(process.argv[1], waiting);
    const chunks = ${JSON.stringify(Array.from({ length: 50 }, (_, i) => chunk({ content: `text ${i}` })))};
    await transact(db, "", () => addChunks(db, chunks), waiting);
    close();`;
  const children = Array.from({ length: 10 }, () =>
    Bun.spawn([process.execPath, "-e", script, path], { stdout: "ignore", stderr: "inherit" }),
  );
  expect(await Promise.all(children.map((child) => child.exited))).toEqual(Array(10).fill(0));
  expect((await withOwn(path)).ids).toHaveLength(50);
});

test("a lock of another process is waited for", async () => {
  const path = newPath();
  await withOwn(path, [{}]);
  const { db, close } = await openOwn(path, waiting);
  const held = await holdLock(path, "IMMEDIATE");
  const adding = transact(db, path, () => addChunks(db, [chunk({ content: "late" })]), waiting);
  await Bun.sleep(200);
  await held.release();
  expect(await adding).toEqual({ added: 1, known: 0 });
  close();
});
