import { expect, test } from "bun:test";
import { ask, moves, overloaded, setUp, unauthorized } from "./gating.ts";

test("a server that has too much to do is told of after some seconds, once, and again when it answers", async () => {
  const { lineup, clock, events } = setUp();
  await ask(lineup, null);
  await ask(lineup, overloaded(1_000));
  expect(moves(events)).toEqual([]);
  for (let i = 0; i < 5; i++) {
    await clock.advance(1_000);
    await ask(lineup, overloaded(1_000));
  }
  expect(moves(events)).toEqual(["backend.overloaded"]);
  await clock.advance(1_000);
  await ask(lineup, null);
  expect(events[1]).toMatchObject({ event: "backend.relieved", backend: "openai", waited_ms: 6_000 });
});

test("not where it answers between", async () => {
  const { lineup, clock, events } = setUp();
  for (let i = 0; i < 5; i++) {
    await ask(lineup, overloaded(1_000));
    await clock.advance(1_000);
    await ask(lineup, null);
  }
  expect(moves(events)).toEqual([]);
});

test("what comes back after a backend was given up changes nothing any more", async () => {
  const { lineup, events, signal } = setUp();
  await ask(lineup, null);
  const [first, second] = [await lineup.enter(signal), await lineup.enter(signal)];
  first?.settle(unauthorized);
  for (let i = 0; i < 12; i++) second?.settle({ kind: "unreachable", reason: "refused", detail: "" });
  expect(moves(events)).toEqual(["openai: closed given-up"]);
});
