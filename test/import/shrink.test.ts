import { describe, expect, test } from "bun:test";
import { shrink } from "../../src/import/shrink.ts";
import { read } from "./pieces.ts";

const base64 = (bytes: number): string =>
  Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 101 + (i >> 3)) % 256)).toString("base64");
const shrunk = (text: string): string => shrink(Buffer.from(text)).toString();

describe("a run of base64", () => {
  test("keeps its start, wherever it stands", () => {
    for (const before of ["", "a b", `${"x ".repeat(3_000)}"`]) {
      const blob = base64(30_000);
      const left = shrunk(`${before}${blob}=" and more`);
      expect(left.startsWith(before + blob.slice(0, 100))).toBeTrue();
      expect(left.endsWith('=" and more')).toBeTrue();
      expect(left.length).toBeLessThan(before.length + 5_000);
    }
  });

  test("is the only thing that is touched", () => {
    const rows = [
      "words and words ".repeat(1_000),
      "x".repeat(9_000),
      base64(1_000),
      "",
      "\u00e4".repeat(5_000),
      "ACGT".repeat(3_000),
    ];
    for (const row of rows) expect(shrunk(row)).toBe(row);
  });
});

describe("a line of a transcript with pictures", () => {
  const record = (text: string): string => {
    const picture = { type: "image", source: { type: "base64", media_type: "image/png", data: base64(15_000_000) } };
    const content = [picture, { type: "text", text }];
    return `${JSON.stringify({ type: "user", sessionId: "s", uuid: text, message: { role: "user", content }, toolUseResult: picture })}\n`;
  };

  test("is read though it is longer than any line may be, and the text beside them is whole", () => {
    const bytes = `${record("one")}${record(`two ${base64(3_000)} end`)}`;
    expect(bytes.length).toBeGreaterThan(70 * 2 ** 20);
    for (const block of [131_072, 70_000]) {
      const { pieces, problems, leftOut } = read("claude-code", bytes, block);
      expect(pieces.map(({ text }) => text)).toEqual(["one", "two [base64 left out] end"]);
      expect([problems, leftOut]).toEqual([[], { attachment: 2, base64: 1 }]);
    }
  });

  test("JSONL of other programs is as it is", () => {
    const text = base64(300_000);
    expect(read("jsonl", `${JSON.stringify({ text })}\n`, 10_000).pieces[0]?.text).toBe(text);
  });
});
