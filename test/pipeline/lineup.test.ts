import { describe, expect, test } from "bun:test";
import { success } from "../../src/core/failure.ts";
import { ask, entered, given, moves, next, overloaded, refused, settled, setUp, unauthorized } from "./gating.ts";

/** The first has worked, and is down by now. */
async function withFirstDown() {
  const all = setUp("first", "second");
  await ask(all.lineup, null);
  await ask(all.lineup, refused, 7);
  return all;
}

describe("while the first is down", () => {
  test("the second does the work", async () => {
    const { lineup, events } = await withFirstDown();
    await ask(lineup, null, 3);
    expect(await next(lineup)).toBe("second");
    expect(moves(events)).toEqual(["first: closed open", "first > second"]);
    expect(lineup.current().backend.name).toBe("second");
  });

  test("it is probed beside the work when its pause is over; one chunk tries it then, and all return to it", async () => {
    const { lineup, clock, events, first, signal } = await withFirstDown();
    await ask(lineup, null);
    expect(first.probes).toBe(0);
    await clock.advance(5_000);
    expect(await next(lineup)).toBe("second");
    await settled();
    const trying = await entered(lineup.enter(signal));
    expect([trying.backend.name, first.probes, await next(lineup)]).toEqual(["first", 1, "second"]);
    trying.settle(null);
    expect(await next(lineup)).toBe("first");
    expect(moves(events).slice(2)).toEqual(["first: open half-open", "first: half-open closed", "second > first"]);
  });

  test("a probe that fails makes its pause longer, and costs no chunk", async () => {
    const { lineup, clock, first } = await withFirstDown();
    await ask(lineup, null);
    first.alive = false;
    const probedAtMs: number[] = [];
    for (let s = 1; s <= 200; s++) {
      await clock.advance(1_000);
      await ask(lineup, null);
      await settled();
      if (first.probes > probedAtMs.length) probedAtMs.push(s);
    }
    expect(probedAtMs).toEqual([5, 15, 35, 75, 155]);
  });

  test("it is not probed while a question of ours is still before it: a busy server is not called dead", async () => {
    const { lineup, clock, first, signal } = setUp("first", "second");
    await ask(lineup, null);
    const long = await entered(lineup.enter(signal));
    await ask(lineup, refused, 7);
    await clock.advance(60_000);
    expect([await next(lineup), first.probes]).toEqual(["second", 0]);
    long.settle(null);
    await next(lineup);
    await settled();
    expect(first.probes).toBe(1);
  });

  test("and a chunk that tries it after a good probe fails: the second goes on", async () => {
    const { lineup, clock, signal } = await withFirstDown();
    await clock.advance(5_000);
    await next(lineup);
    const trying = await entered(lineup.enter(signal));
    trying.settle(refused);
    expect([trying.backend.name, await next(lineup)]).toEqual(["first", "second"]);
  });
});

test("a first that was never there is no end of the run while there is another, and is probed all the same", async () => {
  const { lineup, clock, first, signal } = setUp("first", "second");
  for (let i = 0; i < 4; i++) {
    const entering = lineup.enter(signal);
    if ((await given(entering)) === "waits") await clock.advance(clock.pending()[0] ?? 0);
    (await entered(entering)).settle(refused);
  }
  expect([lineup.givenUp(), await next(lineup)]).toEqual([null, "second"]);
  await clock.advance(5_000);
  await next(lineup);
  await settled();
  expect([first.probes, (await entered(lineup.enter(signal))).backend.name]).toEqual([1, "first"]);
});

test("one that is refused its key is given up, and the next one takes over; with none left it is the end", async () => {
  const { lineup, events } = setUp("first", "second");
  await ask(lineup, unauthorized);
  expect([lineup.givenUp(), await next(lineup)]).toEqual([null, "second"]);
  await ask(lineup, unauthorized);
  expect([lineup.givenUp(), await next(lineup)]).toEqual([unauthorized, "none"]);
  expect(moves(events)).toEqual(["first: closed given-up", "first > second", "second: closed given-up"]);
});

test("neither is there: both are given up within a minute", async () => {
  const { lineup, clock, first, second, signal } = setUp("first", "second");
  [first.alive, second.alive] = [false, false];
  const startedMs = clock.nowMs();
  while (lineup.givenUp() === null) {
    const entering = lineup.enter(signal);
    while ((await given(entering)) === "waits") await clock.advance(clock.pending()[0] ?? 1);
    (await entering)?.settle(refused);
  }
  expect(clock.nowMs() - startedMs).toBeLessThan(60_000);
});

test("a short pause is waited for; a long one is worth another model", async () => {
  const { lineup } = setUp("first", "second");
  await ask(lineup, null);
  await ask(lineup, overloaded(2_000));
  expect(await next(lineup)).toBe("waits");
  await ask(setUp("first", "second").lineup, null);
  const other = setUp("first", "second").lineup;
  await ask(other, null);
  await ask(other, overloaded(60_000));
  expect(await next(other)).toBe("second");
});

test("a cold first is waited for, not gone round: a second slot would load the other model for nothing", async () => {
  const { lineup, signal } = setUp("first", "second");
  await entered(lineup.enter(signal));
  expect(await next(lineup)).toBe("waits");
});

describe("a server of ours that is being started again", () => {
  test("the second works meanwhile, and the first again once it is ready; its first start is waited for", async () => {
    const { lineup, first, events } = setUp("first", "second");
    let isReady = false;
    const waking = Promise.withResolvers<void>();
    const probe = () => waking.promise.then(() => success({ model: "m" }));
    Object.assign(first, { isReady: () => isReady, probe });
    expect(await next(lineup)).toBe("first");
    isReady = true;
    await ask(lineup, null);
    isReady = false;
    await ask(lineup, null, 3);
    expect(lineup.current().backend.name).toBe("second");
    isReady = true;
    waking.resolve();
    expect(await next(lineup)).toBe("first");
    expect(moves(events)).toEqual(["first > second", "second > first"]);
  });
});
