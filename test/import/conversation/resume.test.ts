import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createPieceReader } from "../../../src/import/parse.ts";
import { type Format, formats, type Mark } from "../../../src/import/piece.ts";
import { read } from "../pieces.ts";

const folder = resolve(import.meta.dir, "../../fixtures/conversations");
const names = { id: null, text: null };

/** Fixtures begin with the name of their format. */
const formatOf = (name: string): Format | undefined =>
  formats.filter((format) => name.startsWith(format)).toSorted((a, b) => b.length - a.length)[0];
const files = readdirSync(folder).flatMap((name) => {
  const format = formatOf(name);
  return format === undefined || !name.endsWith(".jsonl")
    ? []
    : [{ name, format, bytes: readFileSync(resolve(folder, name)) }];
});

interface Heard {
  readonly said: string[];
  readonly mark: Mark | null;
}

/** All that is heard of the bytes behind the mark, up to `end`. */
function hear(format: Format, bytes: Uint8Array, end: number, from: Mark | undefined, isLast: boolean): Heard {
  const said: string[] = [];
  const tell =
    (kind: string) =>
    (...values: readonly unknown[]): void => {
      said.push(JSON.stringify([kind, ...values]));
    };
  const output = {
    piece: tell("piece"),
    problem: tell("problem"),
    leftOut: tell("left out"),
    unknown: tell("unknown"),
  };
  const reader = createPieceReader(format, names, output, from);
  for (let at = from?.offset ?? 0; at < end; at += 1_000) reader.write(bytes.slice(at, Math.min(end, at + 1_000)));
  const mark = reader.mark();
  if (isLast) reader.end();
  return { said, mark };
}

describe("a file that is read in two parts gives what it gives as a whole", () => {
  test("there are fixtures", () => expect(files.length).toBeGreaterThan(1));

  for (const { name, format, bytes } of files)
    test(name, () => {
      const whole = hear(format, bytes, bytes.length, undefined, true).said;
      expect(whole.length).toBeGreaterThan(0);
      const ends = [0, ...[...bytes].flatMap((byte, at) => (byte === 10 ? [at + 1] : []))];
      // At each end of a line, one byte before it, and in the middle of the line that follows.
      for (const end of ends.flatMap((at) => [at, Math.max(0, at - 1), Math.min(bytes.length, at + 40)])) {
        const first = hear(format, bytes, end, undefined, false);
        // As a journal keeps it.
        const mark: Mark = JSON.parse(JSON.stringify(first.mark));
        expect(mark.offset).toBe(Math.max(...ends.filter((at) => at <= end)));
        const second = hear(format, bytes, bytes.length, mark, true);
        expect([...first.said, ...second.said]).toEqual(whole);
      }
    });
});

test("a line that is too long is read again from its start", () => {
  const bytes = Buffer.from(`{"text":"a"}\n${" ".repeat(17 * 2 ** 20)}{"text":"b"}\n{"text":"c"}\n`);
  const first = hear("jsonl", bytes, bytes.length - 20, undefined, false);
  expect(first.mark).toEqual({ offset: 13, line: 2, state: null });
  expect(first.said[1]).toContain("longer than 16 MiB");
  const second = hear("jsonl", bytes, bytes.length, first.mark ?? undefined, true);
  expect(second.said.map((said) => JSON.parse(said)[1].line ?? JSON.parse(said)[1])).toEqual([2, 3]);
});

test("what holds text back has no mark", () => {
  for (const format of ["markdown", "text"] as const)
    expect(hear(format, Buffer.from("a\nb\n"), 4, undefined, false).mark).toBeNull();
});

test("a state that another program wrote is a fault", () => {
  const mark = { offset: 0, line: 1, state: { position: "x" } };
  expect(() => hear("claude-code", Buffer.from(""), 0, mark, true)).toThrow();
  expect(read("claude-code", "").pieces).toEqual([]);
});
