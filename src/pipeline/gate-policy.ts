/** How patient a gate is with its backend, and what a failure means to it. Pure. */

import type { Backoff } from "../core/backoff.ts";
import type { BreakerPolicy, Verdict } from "../core/breaker.ts";
import { type Failure, policyOf } from "../core/failure.ts";
import type { SlumpPolicy } from "../core/slump.ts";

export interface GatePolicy {
  readonly breaker: BreakerPolicy;
  readonly slump: SlumpPolicy;
  /** Faults in a row before any success: the backend is not there at all. */
  readonly coldFaultsMax: number;
  /** Refused questions in a row before any success: another kind of server. */
  readonly coldRefusalsMax: number;
  /** Between the first questions to a server that does not answer. */
  readonly coldPause: Backoff;
  /** Of a server that is overloaded and names no time. */
  readonly overloadPause: Backoff;
  /** How long a backend may give nothing at all, in milliseconds, when no other works meanwhile. */
  readonly goneMs: number;
}

/** A backend that has answered is well, whatever the answer is worth. */
export function verdictOn(failure: Failure): Verdict {
  if (policyOf(failure).opensBreaker) return "fault";
  return failure.kind === "unusable_reply" || failure.kind === "too_large" ? "success" : "abandoned";
}

/** That many in a row before any success are its end. What is unusable is the slump's business. */
export function coldMax(failure: Failure, policy: GatePolicy): number {
  if (policyOf(failure).opensBreaker) return policy.coldFaultsMax;
  return failure.kind === "bad_request" ? policy.coldRefusalsMax : Number.POSITIVE_INFINITY;
}
