import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  admit,
  type Breaker,
  closedBreaker,
  prolong,
  relent,
  settle,
  type Ticket,
  trip,
} from "../../src/core/breaker.ts";

const window = { windowSize: 20, windowMin: 8, faultShare: 0.5 };
const policy = { ...window, faultsMax: 10, openMs: 5_000, openMaxMs: 120_000 };

type Verdict = "success" | "fault" | "abandoned";

function ask(breaker: Breaker, verdict: Verdict, nowMs: number): Breaker {
  const [next, ticket] = admit(breaker, nowMs);
  return ticket === null ? next : settle(next, ticket, verdict, nowMs, policy);
}

const fed = (verdicts: readonly Verdict[], from: Breaker = closedBreaker): Breaker =>
  verdicts.reduce<Breaker>((now, verdict) => ask(now, verdict, 0), from);
const times = (count: number, ...verdicts: Verdict[]): Verdict[] =>
  Array.from({ length: count }, () => verdicts).flat();
const open = fed(times(8, "fault"));

test.each([
  ["too few to say anything", times(7, "fault"), "closed"],
  ["eight, all of them faults", times(8, "fault"), "open"],
  ["half of eight", times(4, "success", "fault"), "open"],
  ["half, the last of them good: only a fault opens", times(4, "fault", "success"), "closed"],
  ["under half of twenty", [...times(11, "success"), ...times(9, "fault")], "closed"],
  ["half of twenty", [...times(10, "success"), ...times(4, "fault", "fault", "success"), ...times(2, "fault")], "open"],
  ["ten in a row after long good times", [...times(100, "success"), ...times(10, "fault")], "open"],
  ["nine in a row after long good times", [...times(100, "success"), ...times(9, "fault")], "closed"],
  ["what has left the window", [...times(7, "fault"), ...times(20, "success"), ...times(3, "fault")], "closed"],
  ["questions given up count as nothing", [...times(7, "fault"), ...times(50, "abandoned")], "closed"],
] satisfies [string, Verdict[], Breaker["state"]][])("%s", (...[, verdicts, state]) => {
  expect(fed(verdicts).state).toBe(state);
});

test("ten in a row open it also where the window would not", () => {
  const rare = { ...policy, windowMin: 100, windowSize: 100 };
  let breaker: Breaker = closedBreaker;
  for (let i = 0; i < 10; i++) {
    expect(breaker.state).toBe("closed");
    breaker = settle(breaker, { epoch: breaker.epoch }, "fault", 0, rare);
  }
  expect(breaker).toMatchObject({ state: "open", untilMs: 5_000 });
});

describe("open", () => {
  test("lets nothing through until its pause is over, then one question alone", () => {
    expect(admit(open, 4_999)[1]).toBeNull();
    const [half, ticket] = admit(open, 5_000);
    expect(half.state).toBe("half-open");
    expect(ticket).not.toBeNull();
    expect(admit(half, 5_000)[1]).toBeNull();
  });

  test("closes with nothing remembered when that one succeeds, opens twice as long when it fails, up to two minutes", () => {
    expect(ask(open, "success", 5_000)).toMatchObject({ state: "closed", faultsInRow: 0, recent: [] });
    let breaker = open;
    const pauses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const nowMs = breaker.state === "open" ? breaker.untilMs : 0;
      breaker = ask(breaker, "fault", nowMs);
      if (breaker.state === "open") pauses.push(breaker.untilMs - nowMs);
    }
    expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
  });

  test("a probe given up half-way opens it again, or it would stay half-open for ever", () => {
    expect(ask(open, "abandoned", 5_000)).toMatchObject({ state: "open", untilMs: 10_000 });
    const late = ask(ask(open, "fault", 5_000), "fault", 15_000);
    expect(ask(late, "abandoned", 35_000)).toMatchObject({ state: "open", openings: 3, untilMs: 40_000 });
  });

  test("a ticket of an earlier state settles nothing", () => {
    const [, stale] = admit(closedBreaker, 0) as [Breaker, Ticket];
    const [half] = admit(open, 5_000);
    expect(settle(half, stale, "success", 5_000, policy)).toBe(half);
    expect(settle(open, stale, "fault", 5_000, policy)).toBe(open);
  });

  test("a probe beside the work ends the pause, or makes it longer; neither touches one that is closed", () => {
    expect(admit(relent(open, 100), 100)[0].state).toBe("half-open");
    expect(prolong(open, 1_000, policy)).toMatchObject({ state: "open", openings: 2, untilMs: 11_000 });
    expect([relent(closedBreaker, 0), prolong(closedBreaker, 0, policy)]).toEqual([closedBreaker, closedBreaker]);
  });

  test("it can be opened from outside, once", () => {
    const tripped = trip(closedBreaker, 0, policy);
    expect(tripped).toMatchObject({ state: "open", openings: 1, untilMs: 5_000 });
    expect(trip(tripped, 4_000, policy)).toBe(tripped);
  });
});

type Step = readonly [Verdict | "trip" | "relent" | "prolong", number];
const steps = fc.array(
  fc.tuple(
    fc.constantFrom("success", "fault", "abandoned", "trip", "relent", "prolong") as fc.Arbitrary<Step[0]>,
    fc.nat(30_000),
  ),
  { maxLength: 80 },
);

function after(done: readonly Step[], check?: (breaker: Breaker, nowMs: number) => void): [Breaker, number] {
  let breaker: Breaker = closedBreaker;
  let nowMs = 0;
  for (const [step, passed] of done) {
    nowMs += passed;
    if (step === "trip") breaker = trip(breaker, nowMs, policy);
    else if (step === "relent") breaker = relent(breaker, nowMs);
    else if (step === "prolong") breaker = prolong(breaker, nowMs, policy);
    else breaker = ask(breaker, step, nowMs);
    check?.(breaker, nowMs);
  }
  return [breaker, nowMs];
}

test("whatever happens, some question gets through in the end", () => {
  fc.assert(
    fc.property(steps, (done) => {
      const [breaker, nowMs] = after(done);
      expect(admit(breaker, nowMs + policy.openMaxMs)[1]).not.toBeNull();
    }),
  );
});

test("no pause is over two minutes or under five seconds, and its memory has a bound", () => {
  fc.assert(
    fc.property(steps, (done) => {
      let before: Breaker = closedBreaker;
      after(done, (breaker, nowMs) => {
        if (breaker.state === "closed") expect(breaker.recent.length).toBeLessThanOrEqual(policy.windowSize);
        if (breaker.state === "open" && breaker.epoch !== before.epoch)
          expect([5_000 <= breaker.untilMs - nowMs, breaker.untilMs - nowMs <= 120_000]).toEqual([true, true]);
        before = breaker;
      });
    }),
  );
});

test("one fault after two or three good answers opens nothing, however long it goes on", () => {
  const part = fc.integer({ min: 2, max: 3 }).map((good) => [...times(good, "success"), "abandoned", "fault"] as const);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      expect(fed(parts.flat()).state).toBe("closed");
    }),
  );
});
