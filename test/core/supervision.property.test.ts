import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { admits, dueMs, transition } from "../../src/core/supervision.ts";
import type { Supervision, SupervisionEvent } from "../../src/core/supervision-state.ts";
import { stoppedSupervision } from "../../src/core/supervision-step.ts";
import { bad, cause, elsewhere, memory, policy, stop, tick, wanted } from "./supervising.ts";

const restart = { type: "restart", by: "somebody" } as const;
const stood = { type: "stood", ms: 70 } as const;
const ofNobody: readonly object[] = [tick, wanted, restart, stop, stood];

describe("whatever happens", () => {
  const anyCause = fc.constantFrom(cause, memory, elsewhere);
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.constant(tick) },
    // Often enough that most stories come to a server that works.
    { weight: 6, arbitrary: fc.constantFrom({ type: "spawned" }, { type: "answered" }) },
    { weight: 4, arbitrary: fc.constantFrom({ type: "asked" }, { type: "alive" }, { type: "loading" }, wanted) },
    { weight: 1, arbitrary: fc.constantFrom({ type: "heard" }, stood) },
    { weight: 1, arbitrary: fc.constantFrom(restart, restart, stop) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constantFrom("spawn_failed", "probe_failed", "exited", "exited", "fault"),
        cause: anyCause,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("settled"),
        result: fc.constantFrom("answered", "missing", "doubtful", "other"),
        // Often as many as there may be at all: what is to be recycled meets every other story.
        tokens: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant(policy.recycleTokens)),
      }),
    },
  );
  /** Of the present child, or now and then of the one before it. */
  const back = fc.integer({ min: 0, max: 9 }).map((n) => (n === 9 ? 1 : 0));
  const story = fc.array(fc.tuple(event, back, fc.integer({ min: 0, max: 60 })), { minLength: 20, maxLength: 150 });

  const eventOf = (made: object, epoch: number): SupervisionEvent =>
    (ofNobody.includes(made) ? made : { ...made, epoch }) as SupervisionEvent;

  interface Seen {
    readonly states: Supervision[];
    readonly children: number[];
  }

  /** Plays a story as the world can be: a child starts only on `spawn`, and ends only once. */
  function play(events: readonly (readonly [object, number, number])[]): Seen {
    let state: Supervision = stoppedSupervision(4);
    let nowMs = 0;
    const living = new Set<number>();
    const seen: Seen = { states: [], children: [] };
    for (const [made, back, afterMs] of events) {
      nowMs += afterMs;
      const one = eventOf(made, state.past.epoch - back);
      const isNews = "epoch" in one && one.epoch === state.past.epoch;
      if (isNews && !living.has(one.epoch)) continue;
      if (isNews && (one.type === "exited" || one.type === "spawn_failed")) living.delete(one.epoch);
      const [next, ...effects] = transition(state, one, nowMs, policy);
      if (effects.includes("spawn")) living.add(next.past.epoch);
      state = next;
      seen.states.push(state);
      seen.children.push(living.size);
    }
    return seen;
  }

  test("there is never more than one child", () => {
    fc.assert(
      fc.property(story, (events) => {
        expect(Math.max(0, ...play([[wanted, 0, 0], ...events]).children)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("every state but ready and the ends has a time at which it is left, and ticks alone lead to one that releases who waits", () => {
    fc.assert(
      fc.property(story, (events) => {
        let state = play([[wanted, 0, 0], ...events]).states.at(-1) ?? stoppedSupervision(4);
        let nowMs = 1e6;
        // The worst world: nothing more is ever heard of any child, but that a killed one ends.
        for (let steps = 0; steps < 200 && !["ready", "failed", "stopped"].includes(state.state); steps++) {
          const atMs = dueMs(state, policy);
          expect(atMs).not.toBeNull();
          nowMs = Math.max(nowMs, atMs ?? 0);
          const [next, ...effects] = transition(state, tick, nowMs, policy);
          state = next;
          if (effects.includes("kill")) [state] = transition(state, bad("exited", state.past.epoch), nowMs, policy);
        }
        expect(["ready", "failed", "stopped"]).toContain(state.state);
      }),
    );
  });

  test("who is ready admits a question, or has one in flight: nobody waits at a server that waits for nothing", () => {
    fc.assert(
      fc.property(story, (events) => {
        // Each state of the way, for the next event may hide what the one before has led to.
        for (const state of play([[wanted, 0, 0], ...events]).states)
          if (state.state === "ready") expect(admits(state, policy) || state.inFlight > 0).toBeTrue();
      }),
      { numRuns: 500 },
    );
  });

  test("between two pieces of steady work there are no more restarts than the budget", () => {
    fc.assert(
      fc.property(story, (events) => {
        const { states } = play([[wanted, 0, 0], ...events]);
        for (const state of states) expect(state.past.restartsMs.length).toBeLessThanOrEqual(policy.restartsMax);
      }),
    );
  });

  test("news of an earlier child change nothing", () => {
    fc.assert(
      fc.property(story, event, (events, late) => {
        const state = play([[wanted, 0, 0], ...events]).states.at(-1) ?? stoppedSupervision(4);
        const news = eventOf(late, state.past.epoch - 1);
        if (!("epoch" in news)) return;
        expect(transition(state, news, 1e6, policy)).toEqual([state]);
      }),
    );
  });
});
