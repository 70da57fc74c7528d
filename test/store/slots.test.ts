import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { saveAnswer, saveFailure } from "../../src/store/answers.ts";
import schema from "../../src/store/journal.sql" with { type: "text" };
import page from "../../src/store/journal-page.sql" with { type: "text" };
import {
  bucketOf,
  type Counted,
  countAttempt,
  dropOldSlots,
  durationOf,
  firstSlotMs,
  seriesOf,
} from "../../src/store/slots.ts";
import { answerFor, failedFor, newJournal } from "../support/journal.ts";

function newSlots(): Database {
  const db = new Database(":memory:");
  db.run(schema);
  db.run(page);
  return db;
}

const attempt = (atMs: number, more: Partial<Counted> = {}): Counted => ({
  ...{ atMs, backend: "openai", kind: null, durationMs: 100, tokensIn: 50, tokensOut: 5, tokensCached: 40 },
  ...more,
});

test("a duration comes back within 4.5 %, and one under a millisecond as one", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), (ms) => {
      expect(Math.abs(durationOf(bucketOf(ms)) / ms - 1)).toBeLessThan(0.0451);
    }),
  );
  expect([bucketOf(0), bucketOf(0.3)]).toEqual([0, 0]);
});

describe("a series", () => {
  test("has answers and failures, tokens and quantiles, by stretch of time; empty ones are left out", () => {
    const db = newSlots();
    for (let i = 1; i <= 100; i++) countAttempt(db, attempt(1_000_000 + i, { durationMs: i * 10 }));
    countAttempt(
      db,
      attempt(1_000_000, { kind: "timeout", durationMs: 9e6, tokensIn: null, tokensOut: null, tokensCached: null }),
    );
    countAttempt(db, attempt(1_090_000, { backend: "lexical", durationMs: 1 }));
    const [first, second, ...rest] = seriesOf(db, 0, 10);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({
      atMs: 1_000_000,
      answered: 100,
      failed: 1,
      tokensIn: 5_000,
      tokensOut: 500,
      tokensCached: 4_000,
    });
    expect(Math.abs((first?.p50Ms ?? 0) / 500 - 1)).toBeLessThan(0.05);
    expect(Math.abs((first?.p95Ms ?? 0) / 950 - 1)).toBeLessThan(0.05);
    expect(second).toMatchObject({ atMs: 1_090_000, answered: 1, failed: 0, p50Ms: 1 });
  });

  test("only of failures has no quantile", () => {
    const db = newSlots();
    countAttempt(db, attempt(5, { kind: "timeout" }));
    expect(seriesOf(db, 0, 10)).toMatchObject([{ answered: 0, failed: 1, p50Ms: null, p95Ms: null }]);
  });

  test("of any step adds up to the same sums, from its first whole stretch on", () => {
    const times = fc.array(fc.integer({ min: 0, max: 40_000_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.constantFrom(10, 30, 60, 300, 600, 1_800, 6_000), (all, step) => {
        const db = newSlots();
        for (const atMs of all) countAttempt(db, attempt(atMs));
        const points = seriesOf(db, 0, step);
        expect(points.reduce((sum, { answered }) => sum + answered, 0)).toBe(all.length);
        expect(points.every(({ atMs }) => atMs % (step * 1_000) === 0)).toBeTrue();
        expect(points.map(({ atMs }) => atMs)).toEqual(points.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
        const later = seriesOf(db, 20_000_000, step);
        expect(later).toEqual(points.filter(({ atMs }) => atMs + step * 1_000 > 20_000_000));
      }),
      { numRuns: 50 },
    );
  });
});

test("old fine slots go, coarse ones stay", () => {
  const db = newSlots();
  for (const atMs of [0, 20 * 3_600_000]) countAttempt(db, attempt(atMs));
  dropOldSlots(db, 20 * 3_600_000);
  expect(seriesOf(db, 0, 10).map(({ answered }) => answered)).toEqual([1]);
  expect(seriesOf(db, 0, 600).map(({ answered }) => answered)).toEqual([1, 1]);
  expect(firstSlotMs(db)).toBe(0);
  expect(firstSlotMs(newSlots())).toBeNull();
});

test("every attempt that the journal keeps is counted", async () => {
  const { db, runId, close } = await newJournal();
  const failure = { kind: "crashed", detail: "gone" } as const;
  db.transaction(() => {
    saveAnswer(db, answerFor(runId, "h1"), [failedFor(runId, "h1", failure)]);
    saveFailure(db, [failedFor(runId, "h2", failure), failedFor(runId, "h2", failure)], { blamed: true, retryAtMs: 1 });
  }).immediate();
  expect(seriesOf(db, 0, 10)).toMatchObject([{ answered: 1, failed: 3, tokensIn: 400 }]);
  close();
});
