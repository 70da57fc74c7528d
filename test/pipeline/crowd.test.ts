import { describe, expect, test } from "bun:test";
import type { Pass } from "../../src/pipeline/pass.ts";
import { ask, entered, given, moves, reset, setUp } from "./gating.ts";

describe("a question that must be alone", () => {
  test("waits for the others, lets nobody in, and one after the other where two must be", async () => {
    const { lineup, signal } = setUp();
    await ask(lineup, null);
    const passes = [await entered(lineup.enter(signal)), await entered(lineup.enter(signal))];
    const other = await entered(lineup.enter(signal));
    const alone: Pass[] = [];
    for (const pass of passes) void pass.alone(signal).then(() => alone.push(pass));
    const late = lineup.enter(signal);
    expect([await given(late), alone.length]).toEqual(["waits", 0]);
    other.settle(null);
    expect([await given(late), alone.length]).toEqual(["waits", 1]);
    alone[0]?.settle(reset, { isOurs: true });
    expect([await given(late), alone.length]).toEqual(["waits", 2]);
    alone[1]?.settle(null);
    await entered(late);
  });

  test("what it dies of is not counted against the backend, however often", async () => {
    const { lineup, clock, signal, events } = setUp();
    await ask(lineup, null);
    for (let i = 0; i < 12; i++) {
      // Over a longer time than a backend may be gone.
      await clock.advance(60_000);
      const pass = await entered(lineup.enter(signal));
      await pass.alone(signal);
      pass.settle(reset, { isOurs: true });
    }
    await entered(lineup.enter(signal));
    expect([moves(events), lineup.givenUp()]).toEqual([[], null]);
  });

  test("a stop ends its wait", async () => {
    const { lineup } = setUp();
    const stop = new AbortController();
    await ask(lineup, null);
    const [a] = [await entered(lineup.enter(stop.signal)), await entered(lineup.enter(stop.signal))];
    const waiting = a?.alone(stop.signal);
    stop.abort();
    expect(await waiting).toBe(false);
  });
});
