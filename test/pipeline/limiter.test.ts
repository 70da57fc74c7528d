import { expect, test } from "bun:test";
import { parallelPolicy } from "../../src/core/parallel.ts";
import { createLimiter } from "../../src/pipeline/limiter.ts";
import { signs } from "../../src/supervisor/cause.ts";
import { handClock } from "../support/clock.ts";
import { reset } from "./gating.ts";

function limiterWith(recalled: number | null) {
  const clock = handClock();
  const limits: number[] = [];
  const remembered: number[] = [];
  const limiter = createLimiter({
    ...{ policy: parallelPolicy(16), clock, recall: () => recalled },
    remember: (limit) => void remembered.push(limit),
    onChange: (_, to) => void limits.push(to),
  });
  const answer = (): void => limiter.settled(clock.nowMs(), null, 10);
  return { clock, limiter, limits, remembered, answer };
}

test("what was best another time is gone up to by one for each answer: nothing bursts, and nothing lower is remembered", () => {
  const { limiter, limits, remembered, answer } = limiterWith(8);
  expect(limiter.limit()).toBe(2);
  for (let i = 0; i < 6; i++) answer();
  expect([limits, limiter.limit(), remembered]).toEqual([[3, 4, 5, 6, 7, 8], 8, [8]]);
  answer();
  expect(limiter.limit()).toBe(8);
});

test("a server that has too much of it on the way gets half, and no more of what was best", () => {
  const { clock, limiter, answer } = limiterWith(16);
  for (let i = 0; i < 6; i++) answer();
  expect(limiter.limit()).toBe(8);
  limiter.settled(clock.nowMs(), { kind: "overloaded", status: 429, retryAfterMs: null, detail: "" }, 0);
  expect(limiter.limit()).toBe(4);
  answer();
  expect(limiter.limit()).toBe(4);
});

const memory = signs.filter(({ kind }) => kind === "out_of_memory").map(({ example }) => example);
test.each([...memory, "RuntimeError: [malloc] Unable to allocate 100 bytes", "MemoryError", "out_of_memory: x"])(
  "a lack of memory halves: %s",
  (detail) => {
    const { clock, limiter, answer } = limiterWith(8);
    for (let i = 0; i < 6; i++) answer();
    limiter.settled(clock.nowMs(), { ...reset, detail }, 0);
    expect(limiter.limit()).toBe(4);
  },
);
