import { describe, expect, test } from "bun:test";
import type { RunEvent } from "../../src/core/event.ts";
import type { Failure } from "../../src/core/failure.ts";
import { createGate, type Pass } from "../../src/pipeline/gate.ts";
import { handClock } from "../support/clock.ts";

const refused: Failure = { kind: "unreachable", reason: "refused", detail: "connection refused" };
const unusable: Failure = { kind: "unusable_reply", reason: "not_json", detail: "no JSON", raw: "" };
const policy = {
  breaker: { faultsMax: 10, openMs: 5_000, openMaxMs: 120_000 },
  ...{ coldFaultsMax: 4, coldRefusalsMax: 3, coldUnusableMax: 50, goneMs: 600_000 },
};

function setUp() {
  const clock = handClock();
  const events: RunEvent[] = [];
  const gate = createGate({ backend: "openai", policy, clock, random: () => 1, report: (e) => events.push(e) });
  return { clock, events, gate, signal: new AbortController().signal };
}

/** The pass if one was given by now. */
async function given(entering: Promise<Pass | null>): Promise<Pass | null | "waits"> {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([entering, Promise.resolve("waits" as const)]);
}

async function entered(entering: Promise<Pass | null>): Promise<Pass> {
  const pass = await given(entering);
  if (pass === null || pass === "waits") throw new Error(`no pass: ${pass}`);
  return pass;
}

test("one question at first; all the others at its first sign of life", async () => {
  const { gate, signal } = setUp();
  const first = await entered(gate.enter(signal));
  const second = gate.enter(signal);
  const third = gate.enter(signal);
  expect(await given(second)).toBe("waits");
  first.alive();
  await entered(second);
  await entered(third);
});

test("a question given up before any sign of life lets the next one try", async () => {
  const { gate, signal } = setUp();
  const first = await entered(gate.enter(signal));
  const second = gate.enter(signal);
  first.abandon();
  await entered(second);
});

describe("a server that was never there", () => {
  test("is given up after four faults, with pauses between them", async () => {
    const { gate, clock, signal } = setUp();
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const entering = gate.enter(signal);
      if ((await given(entering)) === "waits") {
        pauses.push(clock.pending()[0] ?? 0);
        await clock.advance(pauses.at(-1) ?? 0);
      }
      (await entered(entering)).settle(refused);
    }
    expect(pauses).toEqual([500, 1_000, 2_000]);
    expect(gate.givenUp()).toBe(refused);
    expect(await gate.enter(signal)).toBeNull();
  });

  test("whoever waits is let go when it is given up", async () => {
    const { gate, signal } = setUp();
    const first = await entered(gate.enter(signal));
    const waiting = gate.enter(signal);
    first.settle({ kind: "unauthorized", status: 401, detail: "no key" });
    expect(await waiting).toBeNull();
  });

  test("a model that never gives anything usable is given up, but not after a few bad chunks", async () => {
    const { gate, signal } = setUp();
    for (let i = 0; i < 50; i++) {
      expect(gate.givenUp()).toBeNull();
      (await entered(gate.enter(signal))).settle(unusable);
    }
    expect(gate.givenUp()).toBe(unusable);
  });
});

describe("a server that has worked", () => {
  async function worked() {
    const all = setUp();
    (await entered(all.gate.enter(all.signal))).settle(null);
    return all;
  }

  test("is paused after ten faults, then asked once, and let back in when that one succeeds", async () => {
    const { gate, clock, events, signal } = await worked();
    for (let i = 0; i < 10; i++) (await entered(gate.enter(signal))).settle(refused);
    const [probe, other] = [gate.enter(signal), gate.enter(signal)];
    expect([await given(probe), await given(other)]).toEqual(["waits", "waits"]);
    await clock.advance(5_000);
    const asked = await entered(probe);
    expect(await given(other)).toBe("waits");
    asked.settle(null);
    await entered(other);
    const moves = events.map((e) => (e.event === "backend.changed" ? `${e.from}-${e.to}` : e.event));
    expect(moves).toEqual(["closed-open", "open-half-open", "half-open-closed"]);
  });

  test("is let back in by a probe that it answers, also when the answer is worth nothing", async () => {
    const { gate, clock, events, signal } = await worked();
    for (let i = 0; i < 10; i++) (await entered(gate.enter(signal))).settle(refused);
    const probe = gate.enter(signal);
    await clock.advance(5_000);
    (await entered(probe)).settle(unusable);
    await entered(gate.enter(signal));
    expect(events.at(-1)).toMatchObject({ from: "half-open", to: "closed" });
  });

  test("may be gone for its time, and is given up after that", async () => {
    const { gate, clock, signal } = await worked();
    const failing = async (): Promise<void> => {
      const entering = gate.enter(signal);
      while ((await given(entering)) === "waits") await clock.advance(clock.pending()[0] ?? 1);
      (await entering)?.settle(refused);
    };
    const startedMs = clock.nowMs();
    while (gate.givenUp() === null) await failing();
    expect(clock.nowMs() - startedMs).toBeGreaterThanOrEqual(policy.goneMs);
    expect(clock.nowMs() - startedMs).toBeLessThanOrEqual(policy.goneMs + policy.breaker.openMaxMs);
  });

  test("bad replies pause nothing and give up nothing", async () => {
    const { gate, events, signal } = await worked();
    for (let i = 0; i < 60; i++) (await entered(gate.enter(signal))).settle(unusable);
    expect([gate.givenUp(), events]).toEqual([null, []]);
  });

  test("that names a time is left alone until then", async () => {
    const { gate, clock, signal } = await worked();
    const overloaded: Failure = { kind: "overloaded", status: 429, retryAfterMs: 7_000, detail: "" };
    (await entered(gate.enter(signal))).settle(overloaded);
    const entering = gate.enter(signal);
    await clock.advance(6_999);
    expect(await given(entering)).toBe("waits");
    await clock.advance(1);
    await entered(entering);
  });
});

test("a stop ends every wait", async () => {
  const { gate } = setUp();
  const stop = new AbortController();
  const first = await entered(gate.enter(stop.signal));
  const waiting = gate.enter(stop.signal);
  stop.abort();
  expect(await waiting).toBeNull();
  first.abandon();
});
