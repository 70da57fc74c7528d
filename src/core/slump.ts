/**
 * When nearly every chunk fails, whatever of: a pure state machine that decides when to look at the backend, how long to
 * pause, and when to stop. The breaker knows only faults of the backend; this also sees a model that answers nonsense.
 *
 * | state | what may happen | what follows |
 * | --- | --- | --- |
 * | steady | a failure, and `ratio` of the last `windowSize` chunks failed | looking |
 * | looking | the backend is dead: the breaker's business | steady, with an empty window |
 * | looking | it answers a text known to be good: the chunks are at fault | steady, with an empty window, no pause counted |
 * | looking | it lives, and answers nothing usable | paused, twice as long each time in a row; after `pausesMax`: over |
 * | paused | the pause is over | steady, with an empty window |
 * | over | nothing | - |
 */

import type { FailureKind } from "./failure.ts";

export interface SlumpPolicy {
  readonly windowSize: number;
  /** Failures among them, from 0 to 1. */
  readonly ratio: number;
  readonly pauseMs: number;
  readonly pauseMaxMs: number;
  /** That many in a row, with no better window between them, and the next is the end. */
  readonly pausesMax: number;
}

/** What the last chunks came to, the oldest first; null is an answer. */
type Recent = readonly (FailureKind | null)[];

export type Slump =
  | { readonly state: "steady"; readonly recent: Recent; readonly pauses: number }
  | { readonly state: "looking"; readonly recent: Recent; readonly pauses: number }
  | { readonly state: "paused"; readonly pauses: number; readonly untilMs: number }
  | { readonly state: "over"; readonly pauses: number };

/** `unwell`: it lives, and gives nothing usable even where it should. `well`: it does. */
export type Health = "dead" | "unwell" | "well";

export const steady: Slump = { state: "steady", recent: [], pauses: 0 };

/** One chunk's end: its failure, or null for an answer. Only a steady time is counted. */
export function record(slump: Slump, kind: FailureKind | null, policy: SlumpPolicy): Slump {
  if (slump.state !== "steady") return slump;
  const recent = [...slump.recent.slice(1 - policy.windowSize), kind];
  if (recent.length < policy.windowSize) return { ...slump, recent };
  if (failuresIn(recent) < recent.length * policy.ratio) return { ...slump, recent, pauses: 0 };
  return kind === null ? { ...slump, recent } : { ...slump, state: "looking", recent };
}

export function find(slump: Slump, health: Health, nowMs: number, policy: SlumpPolicy): Slump {
  if (slump.state !== "looking") return slump;
  if (health === "dead") return { ...steady, pauses: slump.pauses };
  if (health === "well") return steady;
  if (slump.pauses >= policy.pausesMax) return { state: "over", pauses: slump.pauses };
  const pauseMs = Math.min(policy.pauseMaxMs, policy.pauseMs * 2 ** slump.pauses);
  return { state: "paused", pauses: slump.pauses + 1, untilMs: nowMs + pauseMs };
}

export function resume(slump: Slump, nowMs: number): Slump {
  return slump.state === "paused" && nowMs >= slump.untilMs ? { ...steady, pauses: slump.pauses } : slump;
}

export interface Summary {
  readonly failed: number;
  readonly of: number;
  /** The kind that most of them were of. */
  readonly kind: FailureKind;
}

/** Null where nothing failed. */
export function summaryOf(recent: Recent): Summary | null {
  const counts = new Map<FailureKind, number>();
  for (const kind of recent) if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? null : { failed: failuresIn(recent), of: recent.length, kind: most[0] };
}

const failuresIn = (recent: Recent): number => recent.filter((kind) => kind !== null).length;
