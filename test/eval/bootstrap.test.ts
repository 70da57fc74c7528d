import { expect, test } from "bun:test";
import { diceOf } from "../../src/core/dice.ts";
import { pairedInterval } from "../../src/eval/bootstrap.ts";

test("what every text agrees on has no width; too few texts have no interval", () => {
  expect(pairedInterval([0.5, 0.5, 0.5, 0.5, 0.5], 1)).toEqual({ difference: 0.5, low: 0.5, high: 0.5, isClear: true });
  expect(pairedInterval([0, 0, 0, 0, 0], 1)).toMatchObject({ difference: 0, isClear: false });
  expect(pairedInterval([1, 1, 1, 1], 1)).toBeNull();
});

test("the same seed gives the same numbers, another seed nearly the same", () => {
  const differences = Array.from({ length: 40 }, (_, i) => Math.sin(i * 7) + 0.1);
  const one = pairedInterval(differences, 1);
  expect(pairedInterval(differences, 1)).toEqual(one);
  const other = pairedInterval(differences, 2);
  expect(other).not.toEqual(one);
  expect(other?.low).toBeCloseTo(one?.low ?? 0, 1);
});

test("it has the width that the theory has: 1.96 standard errors to each side", () => {
  const dice = diceOf(3);
  const differences = Array.from({ length: 200 }, () => dice() - 0.3);
  const mean = differences.reduce((sum, n) => sum + n, 0) / 200;
  const deviation = Math.sqrt(differences.reduce((sum, n) => sum + (n - mean) ** 2, 0) / 200);
  const { low, high } = pairedInterval(differences, 1) ?? { low: 0, high: 0 };
  const half = (1.96 * deviation) / Math.sqrt(200);
  expect(Math.abs(high - low - 2 * half)).toBeLessThan(half / 5);
});

test("chance alone is called clear in about one of twenty", () => {
  const dice = diceOf(4);
  const clear = Array.from({ length: 300 }, (_, seed) =>
    pairedInterval(
      Array.from({ length: 30 }, () => dice() - 0.5),
      seed,
    ),
  ).filter((interval) => interval?.isClear === true);
  expect(clear.length).toBeGreaterThan(5);
  expect(clear.length).toBeLessThan(35);
});
