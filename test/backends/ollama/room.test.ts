import { expect, test } from "bun:test";
import { createRoom, tokensAbout } from "../../../src/backends/ollama/room.ts";
import type { Asked } from "../../../src/backends/wire.ts";

const asking = (text: string, maxTokens = 1_000): Asked => ({
  ...{ messages: [{ role: "user", content: text }], maxTokens, schema: null },
});

test("steps up and never down", () => {
  const room = createRoom();
  const numbers = [10, 12_000, 10, 40_000, 10].map((letters) => room.for(asking("a".repeat(letters))));
  expect(numbers).toEqual([4_096, 8_192, 8_192, 16_384, 16_384]);
});

test("what is loaded with more stays as it is; with less, it does not count", () => {
  const room = createRoom();
  room.atLeast(2_048);
  expect(room.for(asking("a"))).toBe(4_096);
  room.atLeast(10_000);
  expect(room.for(asking("a"))).toBe(10_000);
});

test("grows for a question that did not fit, once, and also for those that were sent beside it", () => {
  const room = createRoom();
  const [one, two] = [asking("a".repeat(9_000)), asking("a".repeat(9_001))];
  for (const each of [one, two]) expect(room.for(each)).toBe(8_192);
  expect([room.growFor(one), room.growFor(two)]).toEqual([true, true]);
  expect(room.for(one)).toBe(12_288);
  expect(room.growFor(one)).toBe(false);
  expect(createRoom().growFor(asking("never sent"))).toBe(false);
});

test("rather too many tokens than too few, by what text is made of", () => {
  expect(tokensAbout("word ".repeat(300))).toBe(500);
  expect(tokensAbout("1234567890".repeat(10))).toBe(100);
  expect(tokensAbout("字".repeat(100))).toBe(150);
  expect(tokensAbout("")).toBe(0);
});
