import { describe, expect, test } from "bun:test";
import { ask, entered, given, moves, next, settled, setUp, unusable } from "./gating.ts";

describe("nearly every chunk fails", () => {
  const fail = async (all: ReturnType<typeof setUp>): Promise<void> => {
    await ask(all.lineup, null);
    await ask(all.lineup, unusable, 19);
    await settled();
  };

  test("the backend is dead: its breaker opens", async () => {
    const all = setUp();
    all.world.health = "dead";
    await fail(all);
    expect(moves(all.events)).toEqual(["backend.examined", "openai: closed open"]);
    expect(all.events[0]).toMatchObject({ health: "dead", failed: 19, of: 20, kind: "unusable_reply", pause_ms: 0 });
  });

  test("it describes what it should: the work goes on, and the chunks are to blame", async () => {
    const all = setUp();
    await fail(all);
    expect(await next(all.lineup)).toBe("openai");
    expect(all.events).toMatchObject([{ event: "backend.examined", health: "well", pause_ms: 0 }]);
  });

  test("it lives and is of no use: a pause, what was blamed is forgiven, and the work goes on after it", async () => {
    const all = setUp();
    all.world.health = "unwell";
    await ask(all.lineup, null);
    for (let i = 0; i < 19; i++) {
      const pass = await entered(all.lineup.enter(all.signal));
      pass.settle(unusable);
      if (pass.standing() === "steady") pass.blamed(`hash-${i}`);
    }
    await settled();
    expect(await next(all.lineup)).toBe("waits");
    expect(all.forgiven).toEqual(Array.from({ length: 18 }, (_, i) => `hash-${i}`));
    expect(all.events).toMatchObject([{ event: "backend.examined", health: "unwell", pause_ms: 15_000 }]);
    const entering = all.lineup.enter(all.signal);
    await all.clock.advance(15_000);
    await entered(entering);
  });

  test("again and again: given up after the last pause", async () => {
    const all = setUp();
    all.world.health = "unwell";
    await ask(all.lineup, null);
    const pauses: number[] = [];
    while (all.lineup.givenUp() === null) {
      const entering = all.lineup.enter(all.signal);
      if ((await given(entering)) === "waits") {
        pauses.push(all.clock.pending()[0] ?? 0);
        await all.clock.advance(pauses.at(-1) ?? 0);
      }
      (await entered(entering)).settle(unusable);
      await settled();
    }
    expect(pauses).toEqual([15_000, 30_000, 60_000, 120_000]);
    expect(all.lineup.givenUp()).toBe(unusable);
  });

  test("and it has never answered: the wrong model, with no pause for it", async () => {
    const all = setUp();
    all.world.health = "unwell";
    await ask(all.lineup, unusable, 20);
    await settled();
    expect(all.lineup.givenUp()).toBe(unusable);
  });

  test("it is not examined while a question is in flight, whose answer may show that it lives", async () => {
    const all = setUp();
    all.world.health = "dead";
    await ask(all.lineup, null);
    const busy = await entered(all.lineup.enter(all.signal));
    await ask(all.lineup, unusable, 19);
    await settled();
    expect(moves(all.events)).toEqual([]);
    busy.settle(null);
    await settled();
    expect(moves(all.events)[0]).toBe("backend.examined");
  });

  test("with another backend the work goes on there during the pause", async () => {
    const all = setUp("first", "second");
    all.world.health = "unwell";
    await fail(all);
    expect(await next(all.lineup)).toBe("second");
  });
});
