import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { admit, type Breaker, closedBreaker, settle, type Ticket } from "../../src/core/breaker.ts";

const policy = { faultsMax: 3, openMs: 5_000, openMaxMs: 20_000 };

function ask(breaker: Breaker, verdict: "success" | "fault" | "abandoned", nowMs: number): Breaker {
  const [next, ticket] = admit(breaker, nowMs);
  return ticket === null ? next : settle(next, ticket, verdict, nowMs, policy);
}

const fail = (breaker: Breaker, times: number, nowMs: number): Breaker =>
  Array.from({ length: times }).reduce<Breaker>((now) => ask(now, "fault", nowMs), breaker);

test("opens after faults in a row; a success begins the count anew", () => {
  expect(fail(closedBreaker, 2, 0)).toMatchObject({ state: "closed", faults: 2 });
  expect(ask(fail(closedBreaker, 2, 0), "success", 0)).toMatchObject({ state: "closed", faults: 0 });
  expect(fail(closedBreaker, 3, 0)).toMatchObject({ state: "open", untilMs: 5_000 });
});

describe("open", () => {
  const open = fail(closedBreaker, 3, 0);
  test("lets nothing through until its pause is over, then one question alone", () => {
    expect(admit(open, 4_999)[1]).toBeNull();
    const [half, ticket] = admit(open, 5_000);
    expect(half.state).toBe("half-open");
    expect(ticket).not.toBeNull();
    expect(admit(half, 5_000)[1]).toBeNull();
  });

  test("closes when that one succeeds, opens for twice as long when it fails, up to a bound", () => {
    expect(ask(open, "success", 5_000)).toMatchObject({ state: "closed", faults: 0 });
    let breaker = open;
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const nowMs = breaker.state === "open" ? breaker.untilMs : 0;
      breaker = ask(breaker, "fault", nowMs);
      if (breaker.state === "open") pauses.push(breaker.untilMs - nowMs);
    }
    expect(pauses).toEqual([10_000, 20_000, 20_000, 20_000]);
  });

  test("a probe given up half-way opens it again, or it would stay half-open for ever", () => {
    expect(ask(open, "abandoned", 5_000)).toMatchObject({ state: "open", untilMs: 10_000 });
  });

  test("a ticket of an earlier state settles nothing", () => {
    const [, stale] = admit(closedBreaker, 0) as [Breaker, Ticket];
    const [half] = admit(open, 5_000);
    expect(settle(half, stale, "success", 5_000, policy)).toBe(half);
    expect(settle(open, stale, "fault", 5_000, policy)).toBe(open);
  });
});

test("whatever happens, some question gets through in the end", () => {
  const verdicts = fc.constantFrom("success" as const, "fault" as const, "abandoned" as const);
  fc.assert(
    fc.property(fc.array(fc.tuple(verdicts, fc.nat(30_000)), { maxLength: 60 }), (steps) => {
      let breaker: Breaker = closedBreaker;
      let nowMs = 0;
      for (const [verdict, passed] of steps) {
        nowMs += passed;
        breaker = ask(breaker, verdict, nowMs);
      }
      expect(admit(breaker, nowMs + policy.openMaxMs)[1]).not.toBeNull();
    }),
  );
});
