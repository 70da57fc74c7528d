import { describe, expect, test } from "bun:test";
import { appendFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImportSource } from "../../src/import/input.ts";
import { requireThere } from "../../src/import/input.ts";
import { asText, atPath, filesIn, importInto, newDatabase, rowsIn } from "../support/importing.ts";

const jsonl = (...records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

describe("a folder", () => {
  test("becomes chunks that say where they come from; again, nothing is added", async () => {
    const root = filesIn({
      "a.md": "# A\n\ntext\n",
      "sub/b.txt": "words",
      "c.jsonl": jsonl({ id: "c", text: "t", x: 1 }),
    });
    utimesSync(join(root, "a.md"), 0, Date.parse("2026-01-02T03:04:05Z") / 1_000);
    const path = newDatabase();
    const first = await importInto(path, atPath(root));
    expect(first).toMatchObject({
      files: 3,
      added: 3,
      known: 0,
      bytes: 43,
      problemsTotal: 0,
      stopped: false,
    });
    const rows = await rowsIn(path);
    const project = root.split("/").at(-1);
    expect(rows).toMatchObject([
      {
        ...{ content: "# A\n\ntext", content_type: "markdown", source: "import", project },
        ...{ source_file: join(root, "a.md"), created_at: "2026-01-02T03:04:05.000Z", enriched_at: null },
        metadata: '{"headings":["A"],"line":1,"line_end":3}',
      },
      { id: "c", content: "t", content_type: "text", project, metadata: '{"line":1,"x":1}' },
      { content: "words", content_type: "text", source_file: join(root, "sub/b.txt"), project },
    ]);
    expect(await importInto(path, atPath(root))).toMatchObject({ files: 3, added: 0, known: 3 });
    // By another way to the same files.
    expect(await importInto(path, atPath(`${root}/sub/..`, join(root, "a.md")))).toMatchObject({ added: 0, known: 4 });
    expect(await rowsIn(path)).toEqual(rows);
  });

  test("changed text is a new chunk, and no other row is touched", async () => {
    const root = filesIn({ "a.md": "# A\n\na\n\n# B\n\nb\n" });
    const path = newDatabase();
    await importInto(path, atPath(root));
    const before = await rowsIn(path);
    appendFileSync(join(root, "a.md"), "more\n");
    expect(await importInto(path, atPath(root))).toMatchObject({ added: 1, known: 1 });
    const after = await rowsIn(path);
    expect(after.slice(0, 2)).toEqual(before);
    expect(after[2]?.["content"]).toBe("# B\n\nb\nmore");
  });

  test("the same text twice in one file is one chunk", async () => {
    const path = newDatabase();
    const source = asText("a.md", "markdown", "# A\n\na\n\n# B\n\n# A\n\na\n");
    expect(await importInto(path, [source])).toMatchObject({ added: 2, known: 0 });
    const again = asText("a.md", "markdown", "# A\n\na\n\n# A\n\na\n");
    expect(await importInto(newDatabase(), [again])).toMatchObject({ added: 1, known: 1 });
  });

  test("a flag has the last word on project and source", async () => {
    const path = newDatabase();
    const source = asText("x/c.jsonl", "jsonl", jsonl({ text: "t", project: "p", source: "s" }, { text: "u" }));
    await importInto(path, [source]);
    expect(await rowsIn(path)).toMatchObject([
      { project: "p", source: "s" },
      { project: "x", source: "import" },
    ]);
    const other = newDatabase();
    await importInto(other, [source], { project: "q", source: "r" });
    expect(await rowsIn(other)).toMatchObject([
      { project: "q", source: "r" },
      { project: "q", source: "r" },
    ]);
  });
});

describe("what cannot be read is counted with its place, and the rest goes in", () => {
  const root = filesIn({
    "bad.md": Buffer.concat([Buffer.from("# A\n\ngood\n"), Buffer.from([0xff]), Buffer.from("\nmore\n")]),
    "nul.txt": "one\ntwo\0\nthree\n",
    "lines.jsonl": `${jsonl({ id: 1, text: "t" })}{broken\n${jsonl({ id: 2, text: "u" })}`,
    "empty.md": "",
    "blank.md": "\n\n",
    "good.md": "good",
  });
  symlinkSync("nowhere", join(root, "gone.md"));
  symlinkSync(".", join(root, "round"));
  const problems = [
    { file: join(root, "bad.md"), line: 4, reason: "not valid UTF-8" },
    { file: join(root, "blank.md"), line: null, reason: "there is no text in it" },
    { file: join(root, "empty.md"), line: null, reason: "it is empty" },
    { file: join(root, "gone.md"), line: null, reason: "a link that leads nowhere, or a file that has gone" },
    { file: join(root, "lines.jsonl"), line: 2, reason: "not valid JSON" },
    { file: join(root, "nul.txt"), line: 2, reason: "a NUL byte" },
    { file: join(root, "round"), line: null, reason: "a link back to a folder above it" },
  ];

  test("in a folder", async () => {
    const path = newDatabase();
    const result = await importInto(path, atPath(root));
    expect(result.problems).toEqual(problems);
    expect(result).toMatchObject({ problemsTotal: problems.length, added: 5, files: 5 });
    const texts = (await rowsIn(path)).map(({ content }) => content);
    expect(texts).toEqual(["# A\n\ngood\nmore", "good", "t", "u", "one\nthree"]);
  });

  test("strict: the first is a problem that names it; what came before is in, and nothing after", async () => {
    const path = newDatabase();
    const file = join(root, "lines.jsonl");
    const error = await importInto(path, atPath(join(root, "good.md"), file), { strict: true }).catch((error) => error);
    expect(error).toMatchObject({ kind: "bad_input", message: "not valid JSON", where: `${file}:2` });
    expect((await rowsIn(path)).map(({ content }) => content)).toEqual(["good", "t"]);
  });

  test("a file that goes while others are read", async () => {
    const folder = filesIn({ "b.md": "b", "c.md": "c" });
    const going: ImportSource = {
      kind: "stream",
      name: "first",
      bytes: (async function* () {
        yield new TextEncoder().encode("a");
        rmSync(join(folder, "b.md"));
        renameSync(join(folder, "c.md"), join(folder, "d.md"));
      })(),
    };
    const result = await importInto(newDatabase(), [going, ...atPath(join(folder, "b.md"), folder)]);
    expect(result.problems).toEqual([{ file: join(folder, "b.md"), line: null, reason: "it has gone" }]);
    expect(result.added).toBe(2);
  });

  test("a stream that fails in the middle", async () => {
    const failing: ImportSource = {
      ...{ kind: "stream", name: "first" },
      bytes: (async function* () {
        yield new TextEncoder().encode("a\n\n");
        throw Object.assign(new Error("no"), { code: "EIO" });
      })(),
    };
    const result = await importInto(newDatabase(), [failing, asText("b", "text", "b")]);
    expect(result.problems).toEqual([{ file: "first", line: null, reason: "it cannot be read (EIO)" }]);
    expect(result.added).toBe(2);
  });

  test("a hundred are kept, all are counted", async () => {
    const result = await importInto(newDatabase(), [asText("a", "jsonl", "no\n".repeat(1_000))]);
    expect([result.problems.length, result.problemsTotal]).toEqual([100, 1_000]);
  });

  test("a file with an unknown ending is read where it is text", async () => {
    const folder = filesIn({
      "notes.org": "* words\n",
      "picture.png": Buffer.from([0x89, 0x50, 0, 1]),
      Makefile: "all: a\n",
    });
    const named = ["notes.org", "picture.png", "Makefile"].map((name) => join(folder, name));
    const result = await importInto(newDatabase(), atPath(...named));
    expect(result).toMatchObject({ added: 2, files: 2, leftOut: { binary: 1 }, problemsTotal: 0 });
  });
});

test("a path that is not there is a problem", () => {
  const missing = join(filesIn({}), "none.md");
  expect(() => requireThere(atPath(missing))).toThrow(expect.objectContaining({ kind: "not_found", where: missing }));
  writeFileSync(missing, "x");
  expect(() => requireThere(atPath(missing, join(missing, "below")))).toThrow(
    expect.objectContaining({ kind: "not_found" }),
  );
  requireThere(atPath(missing));
});

test("a stop ends it where nothing comes any more; what has been read is in", async () => {
  const stop = new AbortController();
  const endless: ImportSource = {
    ...{ kind: "stream", name: "pipe" },
    bytes: (async function* () {
      yield new TextEncoder().encode(jsonl({ text: "t" }));
      setImmediate(() => stop.abort());
      await new Promise(() => {});
    })(),
  };
  const path = newDatabase();
  const result = await importInto(path, [endless, asText("b", "text", "b")], {
    format: "jsonl",
    stopping: stop.signal,
  });
  expect(result).toMatchObject({ stopped: true, added: 1 });
  expect(await rowsIn(path)).toHaveLength(1);
});
