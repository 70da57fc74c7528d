import { describe, expect, test } from "bun:test";
import {
  ask,
  entered,
  given,
  moves,
  overloaded,
  policy,
  refused,
  reset,
  setUp,
  unauthorized,
  unusable,
} from "./gating.ts";

test("one question at first; all the others at its first sign of life", async () => {
  const { lineup, signal } = setUp();
  const first = await entered(lineup.enter(signal));
  const second = lineup.enter(signal);
  const third = lineup.enter(signal);
  expect(await given(second)).toBe("waits");
  first.alive();
  await entered(second);
  await entered(third);
});

test("a question given up before any sign of life lets the next one try", async () => {
  const { lineup, signal } = setUp();
  const first = await entered(lineup.enter(signal));
  const second = lineup.enter(signal);
  first.abandon();
  await entered(second);
});

describe("a server that was never there", () => {
  test("is given up after four faults, with pauses between them", async () => {
    const { lineup, clock, signal } = setUp();
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const entering = lineup.enter(signal);
      if ((await given(entering)) === "waits") {
        pauses.push(clock.pending()[0] ?? 0);
        await clock.advance(pauses.at(-1) ?? 0);
      }
      (await entered(entering)).settle(refused);
    }
    expect(pauses).toEqual([500, 1_000, 2_000]);
    expect(lineup.givenUp()).toBe(refused);
    expect(await lineup.enter(signal)).toBeNull();
  });

  test("whoever waits is let go when it is given up", async () => {
    const { lineup, signal } = setUp();
    const first = await entered(lineup.enter(signal));
    const waiting = lineup.enter(signal);
    first.settle(unauthorized);
    expect(await waiting).toBeNull();
  });
});

describe("a server that has worked", () => {
  async function worked() {
    const all = setUp();
    await ask(all.lineup, null);
    return all;
  }

  test("is paused, then asked once, and let back in when that one succeeds", async () => {
    const { lineup, clock, events, signal } = await worked();
    await ask(lineup, refused, 7);
    const [probe, other] = [lineup.enter(signal), lineup.enter(signal)];
    expect([await given(probe), await given(other)]).toEqual(["waits", "waits"]);
    await clock.advance(5_000);
    const asked = await entered(probe);
    expect(await given(other)).toBe("waits");
    asked.settle(null);
    await entered(other);
    expect(moves(events)).toEqual(["openai: closed open", "openai: open half-open", "openai: half-open closed"]);
  });

  test("is let back in by a probe that it answers, also when the answer is worth nothing", async () => {
    const { lineup, clock, events, signal } = await worked();
    await ask(lineup, refused, 7);
    const probe = lineup.enter(signal);
    await clock.advance(5_000);
    (await entered(probe)).settle(unusable);
    await entered(lineup.enter(signal));
    expect(events.at(-1)).toMatchObject({ from: "half-open", to: "closed" });
  });

  test("may be gone for its time, and is given up after that", async () => {
    const { lineup, clock, signal } = await worked();
    const failing = async (): Promise<void> => {
      const entering = lineup.enter(signal);
      while ((await given(entering)) === "waits") await clock.advance(clock.pending()[0] ?? 1);
      (await entering)?.settle(refused);
    };
    const startedMs = clock.nowMs();
    while (lineup.givenUp() === null) await failing();
    expect(clock.nowMs() - startedMs).toBeGreaterThanOrEqual(policy.goneMs);
    expect(clock.nowMs() - startedMs).toBeLessThanOrEqual(policy.goneMs + policy.breaker.openMaxMs);
  });

  test("a few bad replies pause nothing and give up nothing", async () => {
    const { lineup, events } = await worked();
    for (let i = 0; i < 20; i++) {
      await ask(lineup, unusable, 3);
      await ask(lineup, null);
    }
    expect([lineup.givenUp(), events]).toEqual([null, []]);
  });

  test("that names a time is left alone until then", async () => {
    const { lineup, clock, signal } = await worked();
    await ask(lineup, overloaded(7_000));
    const entering = lineup.enter(signal);
    await clock.advance(6_999);
    expect(await given(entering)).toBe("waits");
    await clock.advance(1);
    await entered(entering);
  });

  test("that is overloaded and names no time gets pauses that grow, and no chunk is tried in between", async () => {
    const { lineup, clock, signal } = await worked();
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      await ask(lineup, overloaded(null));
      const entering = lineup.enter(signal);
      expect(await given(entering)).toBe("waits");
      pauses.push(clock.pending()[0] ?? 0);
      await clock.advance(pauses.at(-1) ?? 0);
      (await entered(entering)).abandon();
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test("that names a time beyond our patience is given up at once, and not waited for", async () => {
    const { lineup } = await worked();
    await ask(lineup, overloaded(3_600_000));
    expect(lineup.givenUp()).toMatchObject({ kind: "overloaded" });
  });

  test("that dies with ten questions in flight has failed once", async () => {
    const { lineup, signal, events } = await worked();
    const passes = [];
    for (let i = 0; i < 10; i++) passes.push(await entered(lineup.enter(signal)));
    for (const pass of passes) pass.settle(reset);
    await entered(lineup.enter(signal));
    expect(moves(events)).toEqual([]);
  });
});

test("a stop ends every wait", async () => {
  const { lineup } = setUp();
  const stop = new AbortController();
  const first = await entered(lineup.enter(stop.signal));
  const waiting = lineup.enter(stop.signal);
  stop.abort();
  expect(await waiting).toBeNull();
  first.abandon();
});
