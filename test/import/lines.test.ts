import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createLineReader, type LongLines } from "../../src/import/lines.ts";

const roomy: LongLines = { bytesMax: 1_000, over: "cut" };

function linesOf(bytes: Uint8Array, blockBytes = 7, long = roomy): string[] {
  const found: string[] = [];
  const reader = createLineReader(long, {
    line: ({ number, text }) => found.push(`${number} ${text}`),
    broken: (number, reason) => found.push(`${number} !${reason}`),
  });
  for (let at = 0; at < bytes.length; at += blockBytes) reader.write(bytes.slice(at, at + blockBytes));
  reader.end();
  return found;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? utf8(part) : Uint8Array.of(part))));

describe("lines", () => {
  const rows: readonly (readonly [string, Uint8Array, string[]])[] = [
    ["nothing", utf8(""), []],
    ["one, without an end", utf8("a"), ["1 a"]],
    ["ends of both kinds", utf8("a\r\nb\nc\r\n"), ["1 a", "2 b", "3 c"]],
    ["empty ones", utf8("\n\na\n"), ["1 ", "2 ", "3 a"]],
    ["a byte order mark", utf8("\uFEFFa\n\uFEFFb"), ["1 a", "2 \uFEFFb"]],
    ["characters of all lengths", utf8("aé€😀\n😀"), ["1 aé€😀", "2 😀"]],
    ["bad UTF-8 in the middle", bytes("a\nb", 0xc3, "\nc\n"), ["1 a", "2 !not valid UTF-8", "3 c"]],
    ["half a character at the end", bytes("a\n", 0xe2, 0x82), ["1 a", "2 !not valid UTF-8"]],
    ["half of a pair, as some programs write it", bytes(0xed, 0xa0, 0x80), ["1 !not valid UTF-8"]],
    ["a NUL", bytes("a\nb", 0, "c\nd"), ["1 a", "2 !a NUL byte", "3 d"]],
  ];
  for (const [name, input, expected] of rows)
    test(name, () => {
      for (const block of [1, 2, 3, 5, 1_000]) expect(linesOf(input, block)).toEqual(expected);
    });

  test("the size of the blocks changes nothing", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary" }).map(utf8),
      fc.constantFrom("\n", "\r\n", "a\n").map(utf8),
      fc.uint8Array({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (parts, block) => {
        const all = Buffer.concat(parts);
        expect(linesOf(all, block, { ...roomy, bytesMax: 1e6 })).toEqual(
          linesOf(all, 1e6, { ...roomy, bytesMax: 1e6 }),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("a line that is longer than may be held", () => {
  const line = "é€😀a".repeat(1_000);

  test("is cut between characters; the next line has its number", () => {
    const found = linesOf(utf8(`${line}\nnext`), 64);
    const parts = found.filter((one) => one.startsWith("1 ")).map((one) => one.slice(2));
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.join("")).toBe(line);
    expect(found.at(-1)).toBe("2 next");
  });

  test("is left from where it is broken", () => {
    const found = linesOf(bytes(line, 0xff, line, line, "\nnext"), 64);
    expect(found.slice(-2)).toEqual(["1 !not valid UTF-8", "2 next"]);
  });

  test("is broken where a part would mean nothing", () => {
    const long: LongLines = { bytesMax: 2 ** 20, over: "refuse" };
    const found = linesOf(utf8(`first\n${"x".repeat(2 ** 20 + 5_000)}\nnext\n`), 1_000, long);
    expect(found).toEqual(["1 first", "2 !longer than 1 MiB", "3 next"]);
  });
});
