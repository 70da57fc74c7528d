import { expect, test } from "bun:test";
import fc from "fast-check";
import { cutText } from "../../src/import/cut.ts";
import { pieceMax } from "../../src/import/grouping.ts";
import { read, solidLines, textsOf } from "./pieces.ts";

const paragraph = (n: number): string =>
  `Paragraph ${n} says what paragraph ${n * 7} does not say. `.repeat(1 + (n % 6)).trim();
const document = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => paragraph(from + i));

test("paragraphs are grouped, and none is lost, doubled or torn", () => {
  const paragraphs = document(0, 400);
  const texts = textsOf("text", paragraphs.join("\n\n"));
  expect(texts.join("\n\n")).toBe(paragraphs.join("\n\n"));
  const sizes = texts.map(({ length }) => length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(pieceMax + 300);
  const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  expect(average).toBeGreaterThan(1_000);
  expect(average).toBeLessThan(2_000);
});

test("a paragraph put in at the top, or taken out of the middle, leaves the other pieces as they were", () => {
  const paragraphs = document(0, 400);
  const before = new Set(textsOf("text", paragraphs.join("\n\n")));
  const changes = [
    [paragraph(1_000), ...paragraphs],
    paragraphs.toSpliced(200, 1),
    paragraphs.with(100, paragraph(2_000)),
    [...paragraphs, paragraph(3_000)],
  ];
  for (const changed of changes) {
    const fresh = textsOf("text", changed.join("\n\n")).filter((text) => !before.has(text));
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.length).toBeLessThan(6);
  }
});

test("one line of 3 MB becomes pieces that are that line when joined", () => {
  const line = "Words and 😀 words, without an end. ".repeat(90_000);
  const { pieces, problems } = read("text", line);
  expect(problems).toEqual([]);
  expect(pieces.map(({ text }) => text).join("")).toBe(line);
  for (const { text, line } of pieces)
    expect([text.isWellFormed(), text.length <= pieceMax, line]).toEqual([true, true, 1]);
});

test("a cut loses nothing, keeps to the bound, and cuts no character", () => {
  const long = fc.array(fc.string({ unit: "binary" }), { maxLength: 60 }).map((parts) => parts.join("").toWellFormed());
  fc.assert(
    fc.property(long, fc.integer({ min: 2, max: 50 }), (text, max) => {
      const parts = cutText(text, max);
      expect(parts.join("")).toBe(text);
      for (const part of parts) expect([part.length <= max, part.isWellFormed()]).toEqual([true, true]);
    }),
    { numRuns: 500 },
  );
});

test("a cut is at the end of a sentence where there is one, else between words", () => {
  expect(cutText("One sentence here. Another one.", 24)).toEqual(["One sentence here. ", "Another one."]);
  expect(cutText("one two three four five six", 10).every((part) => /^\w+ /.test(part) || /\w$/.test(part))).toBeTrue();
});

test("no line is lost, whatever the text and the blocks", () => {
  const line = fc.oneof(fc.constant(""), fc.string({ maxLength: 80 }), fc.constant("x ".repeat(700)));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 500 }), (lines, blockBytes) => {
      const text = lines.join("\n").replaceAll("\r", "");
      const { pieces } = read("text", text, blockBytes);
      expect(solidLines(pieces.map((piece) => piece.text).join("\n"))).toEqual(solidLines(text));
    }),
    { numRuns: 200 },
  );
});
