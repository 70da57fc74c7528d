import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fit, section, table } from "../../src/cli/text-table.ts";

const plain = (width: number) => ({ width, color: false });
const entries = [
  ["main", 1_234_567],
  ["a/very/long/path/that/no/terminal/has/room/for/in/one/line", 3],
  ["über 😀", 0],
] as const;

describe("a table", () => {
  test("is never wider than the terminal, down to a narrow one", () => {
    const widths = fc.integer({ min: 30, max: 300 });
    const names = fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 80 }), fc.nat(999_999_999)), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(widths, names, (width, rows) => {
        for (const line of table(rows, 1e9, plain(width))) expect([...line].length).toBeLessThanOrEqual(width);
      }),
    );
  });

  test("leaves its bars out where there is no room for them", () => {
    expect(table(entries, 2e6, plain(40)).join("\n")).not.toContain("█");
    expect(table(entries, 2e6, plain(80)).join("\n")).toContain("█");
  });

  test("is coloured only where that is wanted", () => {
    expect(table(entries, 2e6, plain(80)).join("")).not.toContain("\u001b");
    const coloured = table(entries, 2e6, { width: 80, color: true }).join("\n");
    expect(coloured).toContain("\u001b[");
    expect(Bun.stripANSI(coloured)).toBe(table(entries, 2e6, plain(80)).join("\n"));
  });

  test("takes no control character from a name", () => {
    expect(fit("a\u001b[31m\n\tb", plain(80))).toStartWith("a [31m  b");
  });
});

test("a section shows eight entries, and says how to see the others", () => {
  const many = Array.from({ length: 11 }, (_, i) => [`name ${i}`, i] as const);
  const lines = section("Projects", many.toReversed(), 100, plain(80), "project");
  expect(lines).toHaveLength(2 + 8 + 1);
  expect(lines.at(-1)).toBe("  and 2 more: --by project");
  expect(section("Projects", [["none", 0]], 100, plain(80))).toEqual([]);
});
