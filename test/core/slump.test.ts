import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { FailureKind } from "../../src/core/failure.ts";
import { find, type Health, record, resume, type Slump, steady, summaryOf } from "../../src/core/slump.ts";

const policy = { windowSize: 20, ratio: 0.8, pauseMs: 15_000, pauseMaxMs: 120_000, pausesMax: 4 };
type Kind = FailureKind | null;

const fed = (kinds: readonly Kind[], from: Slump = steady): Slump =>
  kinds.reduce<Slump>((now, kind) => record(now, kind, policy), from);
const many = (count: number, kind: Kind): Kind[] => Array.from({ length: count }, () => kind);
const bad = many(20, "unusable_reply");

test.each([
  ["nineteen failures are no window yet", many(19, "server_error"), "steady"],
  ["all of twenty", bad, "looking"],
  ["sixteen of twenty", [...many(4, null), ...many(16, "bad_request")], "looking"],
  ["fifteen of twenty", [...many(5, null), ...many(15, "bad_request")], "steady"],
  ["an answer begins no look, though nearly all before it failed", [...many(19, "timeout"), null], "steady"],
  ["of various kinds", [...many(8, "timeout"), ...many(4, null), ...many(8, "unusable_reply")], "looking"],
  ["the last twenty count, not what was before", [...many(300, null), ...many(16, "timeout")], "looking"],
] satisfies [string, Kind[], Slump["state"]][])("%s", (...[, kinds, state]) => {
  expect(fed(kinds).state).toBe(state);
});

test("the kind that most are of is named", () => {
  const recent = [...many(3, null), ...many(7, "timeout"), ...many(10, "server_error")];
  expect(summaryOf(recent)).toEqual({ failed: 17, of: 20, kind: "server_error" });
  expect(summaryOf(many(3, null))).toBeNull();
});

describe("looked at", () => {
  const looking = fed(bad);
  test.each([
    ["dead", { state: "steady", recent: [], pauses: 0 }],
    ["well", { state: "steady", recent: [], pauses: 0 }],
    ["unwell", { state: "paused", pauses: 1, untilMs: 16_000 }],
  ] as const)("%s", (health, expected) => {
    expect(find(looking, health, 1_000, policy)).toEqual(expected as unknown as Slump);
  });

  test("alive and of no use, again and again: 15, 30, 60, 120 s, and the fifth time is the end", () => {
    let slump: Slump = steady;
    let nowMs = 0;
    const pauses: number[] = [];
    while (slump.state !== "over") {
      slump = find(fed(bad, slump), "unwell", nowMs, policy);
      if (slump.state !== "paused") break;
      pauses.push(slump.untilMs - nowMs);
      expect(resume(slump, slump.untilMs - 1)).toBe(slump);
      nowMs = slump.untilMs;
      slump = resume(slump, nowMs);
    }
    expect([pauses, slump.state]).toEqual([[15_000, 30_000, 60_000, 120_000], "over"]);
  });

  test("a window that is better begins the count of pauses anew; a dead server between them does not", () => {
    const once = resume(find(looking, "unwell", 0, policy), 15_000);
    expect(fed([...many(5, null), ...many(15, "timeout")], once)).toMatchObject({ state: "steady", pauses: 0 });
    expect(find(fed(bad, once), "dead", 0, policy)).toMatchObject({ state: "steady", pauses: 1 });
    expect(find(fed(bad, once), "well", 0, policy)).toMatchObject({ state: "steady", pauses: 0 });
  });
});

test("nothing is counted while it is looked at, paused or over", () => {
  const paused = find(fed(bad), "unwell", 0, policy);
  const over: Slump = { state: "over", pauses: 4 };
  for (const slump of [fed(bad), paused, over]) expect(record(slump, "timeout", policy)).toBe(slump);
});

test("every state but the end has a way out, and the window has a bound", () => {
  const step = fc.tuple(
    fc.constantFrom<Kind>(null, "timeout", "unusable_reply", "bad_request"),
    fc.constantFrom<Health>("dead", "unwell", "well"),
    fc.nat(30_000),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let slump: Slump = steady;
      let nowMs = 0;
      for (const [kind, health, passedMs] of steps) {
        nowMs += passedMs;
        slump = record(resume(slump, nowMs), kind, policy);
        if (slump.state === "looking" && kind !== null) slump = find(slump, health, nowMs, policy);
        if (slump.state === "steady") expect(slump.recent.length).toBeLessThanOrEqual(policy.windowSize);
        expect(slump.pauses).toBeLessThanOrEqual(policy.pausesMax);
      }
      if (slump.state === "looking") slump = find(slump, "well", nowMs, policy);
      if (slump.state !== "over") expect(resume(slump, nowMs + policy.pauseMaxMs).state).toBe("steady");
    }),
  );
});
