/** The climb against simulated servers: what it finds, how soon, and what it never does. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  answered,
  overloaded,
  type Parallel,
  parallelPolicy,
  provenLimit,
  startParallel,
} from "../../src/core/parallel.ts";

const policy = parallelPolicy(16);

interface Server {
  /** Answers in a second with so many questions before it. */
  readonly rate: (inFlight: number) => number;
  /** With more than these it refuses. */
  readonly refusesOver?: number;
  /** How far the work of answers differs, from 0 to 1. */
  readonly spread?: number;
}

interface Ran {
  readonly limits: number[];
  readonly seconds: number;
  readonly refusals: number;
  readonly now: Parallel;
}

/** Asks `count` questions, always as many at a time as allowed; time goes on by what the server takes. */
function run(server: Server, count: number, start: Parallel = startParallel(2, 0), random = dice(1)): Ran {
  let now = start;
  let nowMs = now.sinceMs;
  const flights: { askedAtMs: number; left: number }[] = [];
  const limits = [now.limit];
  let [done, refusals] = [0, 0];
  while (done < count) {
    while (flights.length < now.limit) {
      if (flights.length >= (server.refusesOver ?? Number.POSITIVE_INFINITY)) {
        refusals++;
        now = overloaded(now, nowMs, nowMs, policy);
        nowMs += 1;
        break;
      }
      flights.push({ askedAtMs: nowMs, left: 1 + (random() - 0.5) * (server.spread ?? 0) });
    }
    // All share the server's rate; the one with the least left is next.
    const each = server.rate(flights.length) / flights.length / 1_000;
    const next = flights.reduce((a, b) => (b.left < a.left ? b : a));
    const tookMs = next.left / each;
    nowMs += tookMs;
    for (const flight of flights) flight.left -= tookMs * each;
    flights.splice(flights.indexOf(next), 1);
    done++;
    now = answered(now, { askedAtMs: next.askedAtMs, nowMs, work: 1 }, policy);
    if (now.limit !== limits.at(-1)) limits.push(now.limit);
  }
  return { limits, seconds: (nowMs - start.sinceMs) / 1_000, refusals, now };
}

const dice = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const fixed = (server: Server, limit: number, count: number): number => {
  const pinned = { ...startParallel(limit, 0), rest: 1e9 };
  return run(server, count, pinned).seconds;
};

/** So many slots, each as fast as the others. */
const slots = (most: number): Server => ({ rate: (n) => Math.min(n, most) });
const shapes: readonly (readonly [string, Server])[] = [
  ["one slot", slots(1)],
  ["two slots", slots(2)],
  ["four slots", slots(4)],
  ["eight slots", slots(8)],
  ["less and less from each", { rate: (n) => n ** 0.5 }],
  ["worse with every one over four", { rate: (n) => (n <= 4 ? n : 4 * 0.93 ** (n - 4)) }],
  ["four slots, and answers of various lengths", { ...slots(4), spread: 1 }],
  ["a cap of six, with a refusal beyond", { ...slots(6), refusesOver: 6 }],
];

describe.each(shapes)("%s", (_, server) => {
  const count = 1_500;
  test("comes to nine tenths of the best fixed level", () => {
    const best = Math.min(
      ...[1, 2, 3, 4, 6, 8, 12, 16].filter((n) => n <= (server.refusesOver ?? 16)).map((n) => fixed(server, n, count)),
    );
    expect(best / run(server, count).seconds).toBeGreaterThan(0.9);
  });

  test("goes up by steps of a quarter, one at least, and down to half at most", () => {
    const { limits } = run(server, count);
    for (const [i, limit] of limits.entries()) {
      const before = limits[i - 1] ?? limit;
      expect([limit - before <= Math.max(1, before / 4), limit >= Math.floor(before / 2), limit >= 1]).toEqual([
        true,
        true,
        true,
      ]);
    }
  });
});

test("a server that refuses is refused by seldom: under one question in a hundred", () => {
  const { refusals, now } = run({ ...slots(6), refusesOver: 6 }, 3_000);
  expect([refusals < 30, now.limit <= 6]).toEqual([true, true]);
});

test("one crowd of refusals is one sign", () => {
  const now = overloaded(startParallel(8, 0), 10, 20, policy);
  expect(now.limit).toBe(4);
  expect(overloaded(now, 15, 21, policy)).toBe(now);
  expect(overloaded(now, 20, 22, policy).limit).toBe(2);
});

test("a server that becomes slower for everybody is no reason to ask more of it", () => {
  const { now } = run(slots(4), 400);
  const slow = run({ rate: (n) => Math.min(n, 4) / 10 }, 300, now);
  expect(Math.max(...slow.limits)).toBeLessThanOrEqual(6);
});

test("a level that is only being tried is not remembered", () => {
  const climbing: Parallel = { ...startParallel(5, 0), base: { limit: 4, rate: 1 } };
  expect([provenLimit(climbing), provenLimit(startParallel(5, 0))]).toEqual([4, 5]);
});

test("from what was remembered it needs no climb", () => {
  const { now } = run(slots(8), 1_500);
  const again = run(slots(8), 300, startParallel(provenLimit(now), 0));
  expect(fixed(slots(8), 8, 300) / again.seconds).toBeGreaterThan(0.9);
});

test("whatever comes, the limit stays within its bounds", () => {
  const step = fc.tuple(fc.constantFrom("answered", "overloaded"), fc.nat(5_000), fc.nat(5_000), fc.nat(400));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 1, max: 16 }), (steps, start) => {
      let now = startParallel(start, 0);
      let nowMs = 0;
      for (const [what, passedMs, tookMs, work] of steps) {
        nowMs += passedMs;
        const askedAtMs = Math.max(0, nowMs - tookMs);
        now =
          what === "answered"
            ? answered(now, { askedAtMs, nowMs, work }, policy)
            : overloaded(now, askedAtMs, nowMs, policy);
        expect([now.limit >= 1, now.limit <= policy.max]).toEqual([true, true]);
      }
    }),
  );
});
