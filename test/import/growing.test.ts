import { expect, test } from "bun:test";
import { createPieceReader } from "../../src/import/parse.ts";
import { formats, growing } from "../../src/import/piece.ts";

test("a watch takes for growing what can be gone on with", () => {
  const output = { piece: () => {}, problem: () => {}, leftOut: () => {}, unknown: () => {} };
  const found = formats.filter((format) => createPieceReader(format, { id: null, text: null }, output).mark() !== null);
  expect<readonly string[]>(found.toSorted()).toEqual([...growing].toSorted());
});
