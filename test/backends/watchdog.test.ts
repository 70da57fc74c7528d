import { expect, test } from "bun:test";
import { type Expiry, type Timeouts, watch } from "../../src/backends/watchdog.ts";
import { handClock } from "../support/clock.ts";

const timeouts = { connectMs: 10_000, firstTokenMs: 30_000, progressMs: 5_000, totalMs: 60_000 };

function watched(changes: Partial<Timeouts> = {}) {
  const clock = handClock();
  const expiries: Expiry[] = [];
  const dog = watch({
    timeouts: { ...timeouts, ...changes },
    clock,
    onDoubt: () => dog.connected(),
    onExpiry: (expiry) => expiries.push(expiry),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) await clock.advance(500);
  };
  return { clock, dog, expiries, pass };
}

test("silence after a token is judged by its own limit", async () => {
  const { clock, dog, expiries, pass } = watched();
  await pass(2_000);
  dog.alive(clock.nowMs(), true);
  await pass(4_500);
  expect(expiries).toEqual([]);
  await pass(1_000);
  expect(expiries).toEqual([{ phase: "progress", afterMs: 5_000 }]);
});

test("a process that stood still blames nobody for it: each limit goes on where it was", async () => {
  const { clock, dog, expiries, pass } = watched();
  await pass(2_000);
  dog.alive(clock.nowMs(), true);
  await pass(2_000);
  await clock.advance(120_000);
  expect(expiries).toEqual([]);
  await pass(6_000);
  expect(expiries).toEqual([{ phase: "progress", afterMs: 5_000 }]);
});

test("a first token that may take less than a connection is not waited for any longer", async () => {
  const { expiries, pass } = watched({ firstTokenMs: 1_000 });
  await pass(1_000);
  expect(expiries).toEqual([{ phase: "first_token", afterMs: 1_000 }]);
});
