/**
 * Lets questions through to a backend, or makes them wait: one at first, until it has shown life (a burst on a cold
 * server costs it its prompt cache), then all while the breaker is closed. It says when a backend is to be given up.
 */

import { backoffMs } from "../core/backoff.ts";
import { createBell } from "../core/bell.ts";
import { admit, type Breaker, type BreakerPolicy, closedBreaker, settle, type Ticket } from "../core/breaker.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { BackendState, RunEvent } from "../core/event.ts";
import { type Failure, policyOf, stopsRun } from "../core/failure.ts";

export interface GatePolicy {
  readonly breaker: BreakerPolicy;
  /** Faults in a row before any success: the backend is not there at all. */
  readonly coldFaultsMax: number;
  /** Refused or unusable replies in a row before any success: the wrong model or server. */
  readonly coldRefusalsMax: number;
  readonly coldUnusableMax: number;
  /** How long a backend that has worked may be gone, in milliseconds. */
  readonly goneMs: number;
}

export interface Pass {
  readonly ticket: Ticket;
  /** The backend gave a sign of life. */
  readonly alive: () => void;
  readonly settle: (failure: Failure | null) => void;
  /** Ended with neither, by a stop or for lack of work. */
  readonly abandon: () => void;
}

export interface Gate {
  /** Resolves when a question may go out; null when the backend was given up or the signal fired. */
  readonly enter: (signal: AbortSignal) => Promise<Pass | null>;
  /** Why the backend was given up; null while it was not. */
  readonly givenUp: () => Failure | null;
  readonly succeededAtMs: () => number | null;
}

interface GateParts {
  readonly backend: string;
  readonly policy: GatePolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: RunEvent) => void;
}

export function createGate({ backend, policy, clock, random, report }: GateParts): Gate {
  let breaker: Breaker = closedBreaker;
  let succeededAtMs: number | null = null;
  let aliveOnce = false;
  let firstOut = false;
  let streak = 0;
  let failingSinceMs: number | null = null;
  let notBeforeMs = 0;
  let lost: Failure | null = null;
  const bell = createBell();

  function move(next: Breaker, cause: string): void {
    const [from, to]: [BackendState, BackendState] = [breaker.state, next.state];
    breaker = next;
    if (from === to) return;
    report({ event: "backend.changed", backend, from, to, cause });
    bell.ring();
  }

  /** A ticket, or the milliseconds to wait for one; Infinity waits for an event. */
  function tryEnter(): Ticket | number {
    const nowMs = clock.nowMs();
    if (nowMs < notBeforeMs) return notBeforeMs - nowMs;
    if (!aliveOnce && firstOut) return Number.POSITIVE_INFINITY;
    const [next, ticket] = admit(breaker, nowMs);
    move(next, "its pause is over");
    if (ticket !== null) return ticket;
    return breaker.state === "open" ? breaker.untilMs - nowMs : Number.POSITIVE_INFINITY;
  }

  async function enter(signal: AbortSignal): Promise<Pass | null> {
    while (lost === null && !signal.aborted) {
      const entry = tryEnter();
      if (typeof entry !== "number") {
        firstOut = true;
        return pass(entry);
      }
      const nap = new AbortController();
      const ended = AbortSignal.any([signal, nap.signal]);
      const pause = Number.isFinite(entry) ? [clock.sleep(entry, ended)] : [];
      await Promise.race([bell.wait(ended), ...pause]);
      nap.abort();
    }
    return null;
  }

  function pass(ticket: Ticket): Pass {
    const leave = (verdict: "success" | "fault" | "abandoned", cause: string): void => {
      firstOut = false;
      move(settle(breaker, ticket, verdict, clock.nowMs(), policy.breaker), cause);
      bell.ring();
    };
    return {
      ticket,
      alive: () => {
        if (aliveOnce) return;
        aliveOnce = true;
        bell.ring();
      },
      abandon: () => leave("abandoned", "given up half-way"),
      settle: (failure) => {
        if (failure === null) {
          succeededAtMs = clock.wallMs();
          aliveOnce = true;
          streak = 0;
          failingSinceMs = null;
          return leave("success", "it answers");
        }
        judge(failure);
        leave(verdictOn(failure), failure.kind);
      },
    };
  }

  function judge(failure: Failure): void {
    const nowMs = clock.nowMs();
    const { opensBreaker } = policyOf(failure);
    streak++;
    if (opensBreaker) failingSinceMs ??= nowMs;
    else if (verdictOn(failure) === "success") failingSinceMs = null;
    if (stopsRun(failure, succeededAtMs !== null) || (succeededAtMs === null && streak >= coldMax(failure, policy)))
      lost = failure;
    if (succeededAtMs !== null && failingSinceMs !== null && nowMs - failingSinceMs >= policy.goneMs) lost = failure;
    if (opensBreaker && succeededAtMs === null)
      notBeforeMs = nowMs + backoffMs({ baseMs: 500, maxMs: 4_000 }, streak, random);
    if (failure.kind === "overloaded") notBeforeMs = Math.max(notBeforeMs, nowMs + (failure.retryAfterMs ?? 0));
    if (lost !== null) bell.ring();
  }

  return { enter, givenUp: () => lost, succeededAtMs: () => succeededAtMs };
}

/** A backend that has answered is well, whatever the answer is worth. */
function verdictOn(failure: Failure): "success" | "fault" | "abandoned" {
  if (policyOf(failure).opensBreaker) return "fault";
  return failure.kind === "unusable_reply" || failure.kind === "too_large" ? "success" : "abandoned";
}

function coldMax(failure: Failure, policy: GatePolicy): number {
  if (policyOf(failure).opensBreaker) return policy.coldFaultsMax;
  if (failure.kind === "bad_request") return policy.coldRefusalsMax;
  return failure.kind === "unusable_reply" ? policy.coldUnusableMax : Number.POSITIVE_INFINITY;
}
