/** A story of a supervised server: events at their times, and the states and effects that come of them. */

import { transition } from "../../src/core/supervision.ts";
import type { Supervision, SupervisionEvent, SupervisionPolicy } from "../../src/core/supervision-state.ts";
import { stoppedSupervision } from "../../src/core/supervision-step.ts";

export const policy: SupervisionPolicy = {
  ...{ loadMs: 100, loadMaxMs: 1_000, stallMs: 50, probeMs: 20, graceMs: 10, killsMax: 2, jitter: 0.5 },
  backoff: { baseMs: 10, maxMs: 60 },
  ...{ restartsMax: 3, coldRestartsMax: 1, windowMs: 10_000, steadyMs: 500, steadyAnswers: 5, missingMax: 3 },
  recycleTokens: 1_000,
};
export const cause = { kind: "exited", detail: "it" } as const;
export const elsewhere = { kind: "recycled", detail: "by another run" } as const;
export const memory = { kind: "out_of_memory", detail: "full" } as const;

export type Step = readonly [atMs: number, event: SupervisionEvent];

/** The states that events lead to, each with its effects. */
export function walk(...steps: readonly Step[]): { readonly state: Supervision; readonly path: string } {
  let state = stoppedSupervision(4);
  const path: string[] = [];
  for (const [atMs, event] of steps) {
    const [next, ...effects] = transition(state, event, atMs, policy);
    state = next;
    path.push([state.state, ...effects].join("+"));
  }
  return { state, path: path.join(" ") };
}

export const wanted = { type: "wanted" } as const;
export const tick = { type: "tick" } as const;
export const stop = { type: "stop" } as const;
export const of = (
  type: "spawned" | "loading" | "answered" | "asked" | "alive" | "heard",
  epoch = 1,
): SupervisionEvent => ({
  ...{ type, epoch },
});
export const bad = (
  type: "spawn_failed" | "probe_failed" | "exited" | "fault",
  epoch = 1,
  why: typeof cause | typeof memory | typeof elsewhere = cause,
): SupervisionEvent => ({ type, epoch, cause: why });
export const settled = (
  result: "answered" | "missing" | "doubtful" | "other",
  tokens = 1,
  epoch = 1,
): SupervisionEvent => ({ type: "settled", result, tokens, epoch });

export const toReady: readonly Step[] = [
  [0, wanted],
  [1, of("spawned")],
  [2, of("answered")],
];
