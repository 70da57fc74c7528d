/**
 * Lets questions through to one backend, or says how long they must wait: one at first, until it has shown life (a burst
 * on a cold server costs it its prompt cache), then all while its breaker is closed and its answers are of use. It says
 * when the backend is to be given up, and has it probed beside the work while another does it.
 */

import type { Backend } from "../backends/backend.ts";
import type { Bell } from "../core/bell.ts";
import {
  admit,
  type Breaker,
  closedBreaker,
  prolong,
  relent,
  settle,
  type Ticket,
  trip,
  type Verdict,
} from "../core/breaker.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { BackendState, RunEvent } from "../core/event.ts";
import { type Failure, isReset } from "../core/failure.ts";
import { createCrowd } from "./crowd.ts";
import { type GatePolicy, verdictOn } from "./gate-policy.ts";
import type { Examine } from "./health.ts";
import type { Limiter } from "./limiter.ts";
import { createOverload } from "./overload.ts";
import type { Closed, Gate, Pass } from "./pass.ts";
import { createPatience } from "./patience.ts";
import { createSlumpWatch } from "./slump-watch.ts";

export interface GateParts {
  readonly backend: Backend;
  readonly label: string;
  readonly policy: GatePolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly bell: Bell;
  readonly limiter: Limiter;
  readonly examine: Examine;
  /** Ends what it does beside the work. */
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
  /** Whether another backend does the work meanwhile. */
  readonly othersServe: () => boolean;
  readonly forgive: (hashes: readonly string[]) => void;
  readonly onError: (error: unknown) => void;
}

export function createGate(parts: GateParts): Gate {
  const { backend, label, policy, clock, random, bell, signal, report, othersServe, limiter } = parts;
  let breaker: Breaker = closedBreaker;
  let aliveOnce = false;
  let firstOut = false;
  let crashes = 0;
  let probing = false;
  let vouched = false;
  let lost: Failure | null = null;
  const overload = createOverload({ label, clock, report });
  const crowd = createCrowd(bell, limiter.limit);
  const patience = createPatience(policy, clock, random);
  const slump = createSlumpWatch({
    ...{ backend, label, clock, bell, signal, report, policy: policy.slump, inFlight: crowd.size },
    ...{ examine: parts.examine, forgive: parts.forgive, onError: parts.onError },
    onDead: () => move(trip(breaker, clock.nowMs(), policy.breaker), "it does not answer a probe"),
    onWell: () => noteSuccess(),
    hasServed: () => patience.succeededAtMs() !== null,
    onUnwell: (kind, failure, isOver) => {
      if (isOver) lose(failure, `nothing but ${kind}`);
    },
  });

  function move(next: Breaker, cause: string): void {
    const [from, to]: [BackendState, BackendState] = [breaker.state, next.state];
    breaker = next;
    // Who was given up has no state any more; what was in flight then still comes back.
    if (from === to || lost !== null) return;
    vouched = false;
    report({ event: "backend.changed", backend: label, from, to, cause });
    bell.ring();
  }

  function lose(failure: Failure, cause: string): void {
    if (lost !== null) return;
    lost = failure;
    report({ event: "backend.changed", backend: label, from: breaker.state, to: "given-up", cause });
    bell.ring();
  }

  function tryEnter(): Pass | Closed | null {
    if (lost !== null) return null;
    const nowMs = clock.nowMs();
    const pausedMs = Math.max(patience.waitMs(), slump.waitMs());
    // A short pause is waited for; to change to another backend costs it the loading of its model.
    const isShort = pausedMs <= policy.breaker.openMs && breaker.state === "closed";
    if (pausedMs > 0) return { isDown: !isShort, waitMs: pausedMs };
    if ((!aliveOnce && firstOut) || !crowd.isOpen()) return { isDown: false, waitMs: Number.POSITIVE_INFINITY };
    if (isAway(nowMs) && othersServe()) {
      void probeBeside();
      return { isDown: true, waitMs: Number.POSITIVE_INFINITY };
    }
    const [next, ticket] = admit(breaker, nowMs);
    move(next, "its pause is over");
    if (ticket !== null) return pass(ticket);
    return { isDown: true, waitMs: breaker.state === "open" ? breaker.untilMs - nowMs : Number.POSITIVE_INFINITY };
  }

  /** Its pause is over, or a server of ours is being started again: its first start is waited for. */
  const isAway = (nowMs: number): boolean =>
    (breaker.state === "open" && nowMs >= breaker.untilMs && !vouched) ||
    (breaker.state === "closed" && aliveOnce && backend.isReady?.() === false);

  /** While others work, no chunk has to be risked; and none of ours is in flight there that a probe could be late for. */
  async function probeBeside(): Promise<void> {
    if (probing || crowd.size() > 0) return;
    probing = true;
    try {
      const { ok } = await backend.probe(signal);
      if (ok) {
        breaker = relent(breaker, clock.nowMs());
        vouched = true;
      } else {
        breaker = prolong(breaker, clock.nowMs(), policy.breaker);
        move(trip(breaker, clock.nowMs(), policy.breaker), "it does not answer a probe");
      }
    } catch (error) {
      if (!signal.aborted) parts.onError(error);
    } finally {
      probing = false;
      bell.ring();
    }
  }

  function pass(ticket: Ticket): Pass {
    const crashesBefore = crashes;
    const askedAtMs = clock.nowMs();
    let isAlone = false;
    firstOut = true;
    crowd.enter();
    const leave = (verdict: Verdict, cause: string): void => {
      firstOut = false;
      move(settle(breaker, ticket, verdict, clock.nowMs(), policy.breaker), cause);
      crowd.leave(isAlone);
    };
    return {
      ...{ backend, label },
      alive: () => {
        if (aliveOnce) return;
        aliveOnce = true;
        bell.ring();
      },
      alone: async (until) => {
        isAlone = await crowd.alone(until);
        return isAlone;
      },
      isProven: async (sinceMs, until) => {
        if ((patience.succeededAtMs() ?? 0) > sinceMs) return true;
        const health = await parts.examine(backend, until);
        if (health === "well") noteSuccess();
        return health === "well";
      },
      succeededAtMs: patience.succeededAtMs,
      abandon: () => leave("abandoned", "given up half-way"),
      settle: (failure, { isOurs = false, work = 1 } = {}) => {
        limiter.settled(askedAtMs, failure, work);
        // All that was in flight when a server died comes back as a reset, and it has died once.
        const isEcho = failure !== null && isReset(failure) && crashes > crashesBefore;
        if (failure === null) noteSuccess();
        else if (!isEcho && !isOurs) noteFailure(failure);
        if (!isEcho) slump.record(failure);
        if (failure === null) leave("success", "it answers");
        else leave(isEcho || isOurs ? "abandoned" : verdictOn(failure), failure.kind);
      },
      standing: () => (lost !== null ? "given-up" : slump.isSteady() ? "steady" : "sick"),
      blamed: slump.blamed,
    };
  }

  function noteSuccess(): void {
    aliveOnce = true;
    patience.succeeded();
    overload.succeeded();
  }

  function noteFailure(failure: Failure): void {
    if (isReset(failure)) crashes++;
    overload.failed(failure);
    const judgement = patience.failed(failure, othersServe());
    if (judgement === "lose") lose(failure, failure.kind);
    if (judgement === "open") move(trip(breaker, clock.nowMs(), policy.breaker), failure.kind);
  }

  return {
    ...{ backend, label, tryEnter },
    givenUp: () => lost,
    isFailing: () => lost !== null || patience.isFailing() || breaker.state !== "closed",
  };
}
