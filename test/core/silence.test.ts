import { expect, test } from "bun:test";
import { type Silences, silenceLimitMs, withSilence } from "../../src/core/silence.ts";

const seen = (...silences: readonly number[]): Silences => silences.reduce<Silences>(withSilence, []);
const often = (ms: number, times: number): number[] => Array.from({ length: times }, () => ms);

test("a minute while little is known, then five times the 99th percentile, and never under half a minute", () => {
  expect(silenceLimitMs([])).toBe(60_000);
  expect(silenceLimitMs(seen(...often(20_000, 49)))).toBe(60_000);
  expect(silenceLimitMs(seen(...often(200, 50)))).toBe(30_000);
  expect(silenceLimitMs(seen(...often(200, 197), ...often(20_000, 3)))).toBe(100_000);
  // One in a hundred is no rule.
  expect(silenceLimitMs(seen(...often(200, 199), 20_000))).toBe(30_000);
});

test("what was long ago counts no more", () => {
  expect(silenceLimitMs(seen(...often(20_000, 500), ...often(200, 500)))).toBe(30_000);
});
