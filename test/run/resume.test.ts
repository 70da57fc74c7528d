import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import first from "../../src/store/own.sql" with { type: "text" };
import { atPath, filesIn, importInto, newDatabase, rowsIn } from "../support/importing.ts";

const line = (text: string): string => `${JSON.stringify({ text })}\n`;
const lines = (from: number, to: number, word = "line"): string =>
  Array.from({ length: to - from }, (_, i) => line(`${word} ${from + i}`)).join("");

function scene(content: string) {
  const root = filesIn({ "a.jsonl": content });
  return { root, file: join(root, "a.jsonl"), db: newDatabase() };
}
const textsIn = async (db: string): Promise<unknown[]> => (await rowsIn(db)).map(({ content }) => content);
const sizeOf = (text: string): number => new TextEncoder().encode(text).length;

describe("an import goes on where the last one ended", () => {
  test("only what was added is read; the rest is known", async () => {
    const { file, db } = scene(lines(0, 5));
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 5, known: 0 });
    expect(await importInto(db, atPath(file))).toMatchObject({
      added: 0,
      known: 5,
      bytes: 0,
      files: 1,
      problemsTotal: 0,
    });
    const more = lines(5, 7);
    appendFileSync(file, more);
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 2, known: 5, bytes: sizeOf(more) });
    expect((await rowsIn(db)).map(({ metadata }) => JSON.parse(String(metadata)).line)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("a last line without its end is in, and once only when it has one", async () => {
    const { file, db } = scene(lines(0, 2) + line("last").trimEnd());
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 3 });
    appendFileSync(file, `\n${line("more")}`);
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 1, known: 3 });
    expect(await textsIn(db)).toEqual(["line 0", "line 1", "last", "more"]);
  });

  test("a half line is a problem, and comes in when it is whole", async () => {
    const { file, db } = scene(`${lines(0, 2)}{"text":"ha`);
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 2, problemsTotal: 1 });
    appendFileSync(file, 'lf"}\n');
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 1, problemsTotal: 0 });
    expect((await textsIn(db)).at(-1)).toBe("half");
  });

  test("from its start where it is another file: cut off, replaced, changed at its beginning", async () => {
    const { file, db } = scene(lines(0, 20));
    await importInto(db, atPath(file));
    truncateSync(file, 0);
    writeFileSync(file, lines(0, 3, "after"));
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 3 });
    rmSync(file);
    writeFileSync(file, lines(0, 30, "new"));
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 30 });
    writeFileSync(file, readFileSync(file, "utf8").replace("new 0", "NEW 0"));
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 1, known: 29 });
    expect(await rowsIn(db)).toHaveLength(54);
  });

  test("where it was renamed, and where a copy took its place", async () => {
    const { root, file, db } = scene(lines(0, 10));
    await importInto(db, atPath(file));
    const moved = join(root, "b.jsonl");
    renameSync(file, moved);
    appendFileSync(moved, lines(10, 12));
    expect(await importInto(db, atPath(root))).toMatchObject({ added: 2, known: 10 });
    copyFileSync(moved, join(root, "copy"));
    renameSync(join(root, "copy"), moved);
    expect(await importInto(db, atPath(root))).toMatchObject({ added: 0, known: 12, bytes: 0 });
    const kept = new Database(db).query("SELECT count(*) AS n FROM enrichd_sources").get();
    expect(kept).toEqual({ n: 1 });
  });

  test("rotated as logs are: the end of the old file, then the new one", async () => {
    const { root, file, db } = scene(lines(0, 3));
    await importInto(db, atPath(file));
    appendFileSync(file, line("late"));
    renameSync(file, join(root, "a.jsonl.1"));
    writeFileSync(file, line("fresh"));
    expect(await importInto(db, atPath(root))).toMatchObject({ added: 2, problemsTotal: 0 });
    expect(await textsIn(db)).toEqual(["line 0", "line 1", "line 2", "late", "fresh"]);
    expect(await importInto(db, atPath(root))).toMatchObject({ added: 0, bytes: 0 });
  });

  test("rotated again and again: whichever of the old ones was not read to its end", async () => {
    const { root, file, db } = scene(line("0"));
    for (let i = 1; i < 5; i++) {
      await importInto(db, atPath(file));
      appendFileSync(file, line(`late ${i}`));
      renameSync(file, join(root, `a.jsonl.${i}`));
      writeFileSync(file, line(`${i}`));
    }
    await importInto(db, atPath(file));
    expect(await textsIn(db)).toEqual(["0", "late 1", "1", "late 2", "2", "late 3", "3", "late 4", "4"]);
  });

  test("not with other flags, not in strict reading, and not where it is asked for", async () => {
    const { file, db } = scene(lines(0, 3));
    await importInto(db, atPath(file));
    expect(await importInto(db, atPath(file), { source: "x" })).toMatchObject({ known: 3, bytes: 54 });
    expect(await importInto(db, atPath(file), { strict: true })).toMatchObject({ known: 3, bytes: 54 });
    expect(await importInto(db, atPath(file), { fromStart: true })).toMatchObject({ known: 3, bytes: 54 });
    expect(await importInto(db, atPath(file))).toMatchObject({ known: 3, bytes: 0 });
  });

  test("a database of the first version has no places, and gets some", async () => {
    const { file, db } = scene(lines(0, 3));
    const old = new Database(db);
    old.run(first);
    old.run("PRAGMA application_id = 0x656e7263");
    old.run("PRAGMA user_version = 1");
    old.close();
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 3 });
    expect(await importInto(db, atPath(file))).toMatchObject({ known: 3, bytes: 0 });
  });

  test("a state that is not understood any more is none", async () => {
    const { file, db } = scene(lines(0, 3));
    await importInto(db, atPath(file));
    new Database(db).run("UPDATE enrichd_sources SET mark = 'no'");
    expect(await importInto(db, atPath(file))).toMatchObject({ added: 0, known: 3, bytes: 54 });
  });
});
