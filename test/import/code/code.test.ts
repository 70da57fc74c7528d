import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { wholeCharsMax } from "../../../src/import/code/code.ts";
import { sectionMax } from "../../../src/import/code/sections.ts";
import { solidLines } from "../pieces.ts";
import { chunksOf, symbolsOf } from "./chunks.ts";

const body = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `    const value${i} = compute(${i}); // as the others`).join("\n");

const root = resolve(import.meta.dir, "../../../src/import");
const sources = readdirSync(root)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(root, name), "utf8"));

/** Each line that is not blank, once and in order. */
async function expectWhole(name: string, text: string): Promise<void> {
  const { pieces, leftOut } = await chunksOf(name, text, true);
  expect(pieces.flatMap((piece) => solidLines(piece.text))).toEqual(solidLines(text));
  expect(leftOut).toEqual([]);
  for (const piece of pieces) {
    expect(piece.text.length).toBeLessThan(sectionMax + 500);
    expect((piece.lineEnd ?? 0) - (piece.line ?? 0) + 1).toBe(piece.text.split("\n").length);
  }
}

describe("a chunk", () => {
  test("has the comment and the decorators above its function; imports are one of their own", async () => {
    const text = `import { a } from "a";\n${"// why\n".repeat(40)}\n/** doc */\n// more\nexport function f() {\n${body(30)}\n}\n`;
    const { pieces } = await chunksOf("a.ts", text);
    expect(pieces.map(symbolsOf)).toEqual([undefined, ["f"]]);
    expect(pieces[1]?.text).toStartWith("/** doc */\n// more\nexport function f");
    expect(pieces[1]).toMatchObject({
      line: 43,
      lineEnd: 76,
      fields: { language: "typescript", metadata: { line_end: 76 } },
    });
  });

  test("is a class as a whole while it is small, else its members", async () => {
    const method = (name: string): string => `  // about ${name}\n  ${name}() {\n${body(20)}\n  }\n`;
    const small = await chunksOf("a.ts", `class A {\n${method("a")}}\n`);
    expect(small.pieces.map(symbolsOf)).toEqual([["A"]]);
    const large = await chunksOf("a.ts", `class A {\n  x = 1;\n${method("a")}${method("b")}${method("c")}}\n`);
    expect(large.pieces.map(symbolsOf)).toEqual([["A", "A.a"], ["A.b"], ["A.c"]]);
    expect(large.pieces[2]?.text).toEndWith("  }\n}");
  });

  test("is a few small neighbours", async () => {
    const text = Array.from(
      { length: 12 },
      (_, i) => `const f${i} = () => ${i} + someNumber + anotherNumber + 1;`,
    ).join("\n\n");
    const { pieces } = await chunksOf("a.ts", text);
    expect(pieces.length).toBeLessThan(4);
    expect(pieces.flatMap(symbolsOf)).toHaveLength(12);
  });

  test("is a part of a function that is too long, cut where it is indented least", async () => {
    const block = (i: number): string => `  if (x === ${i}) {\n${body(15)}\n  }\n`;
    const text = `function f(x) {\n${Array.from({ length: 12 }, (_, i) => block(i)).join("")}}\n`;
    const { pieces } = await chunksOf("a.js", text);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces.slice(1)) expect(piece.text).toStartWith("  if (x");
    expect(new Set(pieces.flatMap(symbolsOf))).toEqual(new Set(["f"]));
  });
});

describe("nothing is lost and nothing comes twice", () => {
  test("in sources of ours, read as any language", async () => {
    for (const source of sources)
      for (const name of ["a.ts", "a.py", "a.sql", "a.cpp"]) await expectWhole(name, source);
  });

  test("in sources that were damaged", async () => {
    const damage = fc.record({
      at: fc.nat(8_000),
      length: fc.nat(60),
      text: fc.string({ unit: "grapheme", maxLength: 8 }),
    });
    const names = fc.constantFrom(
      "a.ts",
      "a.js",
      "a.py",
      "a.go",
      "a.rs",
      "a.c",
      "a.cs",
      "a.rb",
      "a.php",
      "a.swift",
      "a.sh",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.array(damage, { maxLength: 6 }),
        names,
        async (source, all, name) => {
          const broken = all.reduce(
            (text, { at, length, text: more }) => text.slice(0, at) + more + text.slice(at + length),
            source,
          );
          await expectWhole(name, broken.replaceAll("\r", " ").toWellFormed());
        },
      ),
      { numRuns: 60 },
    );
  });

  test("in lines of any length", async () => {
    const line = fc
      .tuple(fc.constantFrom("", "  ", "}", "function a() {", "# x"), fc.nat(400))
      .map(([a, n]) => a + "x".repeat(n));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 80 }), (lines) => expectWhole("a.js", lines.join("\n"))),
      { numRuns: 100 },
    );
  });

  test("in a file that is too large for a parser", async () => {
    const text = `function f() {\n${body(60_000)}\n}\n`;
    expect(text.length).toBeGreaterThan(wholeCharsMax);
    await expectWhole("a.js", text);
  });

  test("a line that is longer than a chunk is parted, and all of it is there", async () => {
    const text = `a = "${"word ".repeat(5_000)}"`;
    const { pieces } = await chunksOf("a.py", text, true);
    expect(pieces.map(({ text }) => text).join("")).toBe(text);
    expect(pieces.length).toBeGreaterThan(5);
  });
});

describe("what nobody wrote is left out, unless it is named", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["a.go", "// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n", "generated"],
    ["a.js", "/**\n * @generated by a tool\n */\nlet a;\n", "generated"],
    ["a.py", "# This file was automatically generated\na = 1\n", "generated"],
    ["a.js", `let a;\n${"x=1;".repeat(500)}\n`, "minified"],
  ];
  for (const [name, text, rule] of rows)
    test(`${name}: ${rule}`, async () => {
      expect(await chunksOf(name, text)).toEqual({ pieces: [], leftOut: [rule] });
      expect((await chunksOf(name, text, true)).pieces).not.toEqual([]);
    });

  test("what only speaks of it is not", async () => {
    for (const text of ['const mark = "@generated";\n', `${"let a;\n".repeat(100)}// @generated\n`])
      expect((await chunksOf("a.js", text)).leftOut).toEqual([]);
  });
});
