/** What the tests of the gates share: a lineup over a clock that stands, and passes that are given or not. */

import type { Backend } from "../../src/backends/backend.ts";
import type { RunEvent } from "../../src/core/event.ts";
import { type Failure, failed, success } from "../../src/core/failure.ts";
import type { Health } from "../../src/core/slump.ts";
import { createGate } from "../../src/pipeline/gate.ts";
import type { GatePolicy } from "../../src/pipeline/gate-policy.ts";
import { unlimited } from "../../src/pipeline/limiter.ts";
import { createLineup, type Lineup } from "../../src/pipeline/lineup.ts";
import type { Pass } from "../../src/pipeline/pass.ts";
import { handClock } from "../support/clock.ts";

export const refused: Failure = { kind: "unreachable", reason: "refused", detail: "connection refused" };
export const reset: Failure = { kind: "unreachable", reason: "reset", detail: "connection reset" };
export const unusable: Failure = { kind: "unusable_reply", reason: "not_json", detail: "no JSON", raw: "" };
export const unauthorized: Failure = { kind: "unauthorized", status: 401, detail: "no key" };
export const overloaded = (retryAfterMs: number | null): Failure => ({
  ...{ kind: "overloaded", status: 429, retryAfterMs, detail: "" },
});

export const policy: GatePolicy = {
  breaker: { faultsMax: 10, windowSize: 20, windowMin: 8, faultShare: 0.5, openMs: 5_000, openMaxMs: 120_000 },
  slump: { windowSize: 20, ratio: 0.8, pauseMs: 15_000, pauseMaxMs: 120_000, pausesMax: 4 },
  coldPause: { baseMs: 500, maxMs: 4_000 },
  overloadPause: { baseMs: 1_000, maxMs: 30_000 },
  ...{ coldFaultsMax: 4, coldRefusalsMax: 3, goneMs: 600_000 },
};

/** A backend that is probed as told; a gate never asks it. */
export interface Scripted extends Backend {
  alive: boolean;
  probes: number;
}

const scripted = (name: string): Scripted => {
  const backend: Scripted = {
    ...{ name, model: "m", pinnedModel: "m", alive: true, probes: 0 },
    ask: () => Promise.reject(new Error("a gate asks nothing")),
    probe: async () => {
      backend.probes++;
      return backend.alive ? success({ model: "m" }) : failed(refused);
    },
  };
  return backend;
};

export function setUp(...names: string[]) {
  const clock = handClock();
  const events: RunEvent[] = [];
  const backends = (names.length === 0 ? ["openai"] : names).map(scripted);
  const stop = new AbortController();
  const forgiven: string[] = [];
  const world: { health: Health } = { health: "well" };
  const report = (event: RunEvent): void => void events.push(event);
  const lineup: Lineup = createLineup({
    ...{ clock, report },
    gates: (shared) =>
      backends.map((backend, at) =>
        createGate({
          ...{ backend, label: backend.name, policy, clock, random: () => 1, signal: stop.signal, report },
          ...shared(at),
          examine: async () => world.health,
          limiter: unlimited,
          forgive: (hashes) => void forgiven.push(...hashes),
          onError: (error) => {
            throw error;
          },
        }),
      ),
  });
  const [first, second] = backends;
  if (first === undefined) throw new Error("no backend");
  return { clock, events, lineup, first, second: second ?? first, stop, world, forgiven, signal: stop.signal };
}

/** Lets everything run that can. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** The pass if one was given by now. */
export async function given(entering: Promise<Pass | null>): Promise<Pass | null | "waits"> {
  await settled();
  return Promise.race([entering, Promise.resolve("waits" as const)]);
}

export async function entered(entering: Promise<Pass | null>): Promise<Pass> {
  const pass = await given(entering);
  if (pass === null || pass === "waits") throw new Error(`no pass: ${pass}`);
  return pass;
}

/** Asks and fails, or answers with null, so many times. */
export async function ask(lineup: Lineup, failure: Failure | null, times = 1): Promise<void> {
  const { signal } = new AbortController();
  for (let i = 0; i < times; i++) (await entered(lineup.enter(signal))).settle(failure);
}

/** The backend that a question goes to now; it is given back. */
export async function next(lineup: Lineup): Promise<string> {
  const pass = await given(lineup.enter(new AbortController().signal));
  if (pass === null) return "none";
  if (pass === "waits") return "waits";
  pass.abandon();
  return pass.backend.name;
}

export const moves = (events: readonly RunEvent[]): string[] =>
  events.map((e) =>
    e.event === "backend.changed"
      ? `${e.backend}: ${e.from} ${e.to}`
      : e.event === "backend.switched"
        ? `${e.from} > ${e.to}`
        : e.event,
  );
