/**
 * When to stop asking a backend that fails: a pure state machine. It counts only faults of the backend, never a bad
 * chunk, an unusable reply, a rate limit or a lock (the caller decides by failure policy).
 *
 * | state | admit | settle success | settle fault |
 * | --- | --- | --- | --- |
 * | closed | a ticket | streak 0 | streak + 1; at `faultsMax`: open |
 * | open | null until `untilMs`, then half-open with one ticket | - (stale) | - (stale) |
 * | half-open | null until the probe settles | closed | open, twice as long |
 */

export interface BreakerPolicy {
  readonly faultsMax: number;
  readonly openMs: number;
  readonly openMaxMs: number;
}

export type Breaker =
  | { readonly state: "closed"; readonly epoch: number; readonly faults: number }
  | { readonly state: "open"; readonly epoch: number; readonly openings: number; readonly untilMs: number }
  | { readonly state: "half-open"; readonly epoch: number; readonly openings: number };

/** Belongs to one state of the breaker; after a change of state it is stale and settles nothing. */
export interface Ticket {
  readonly epoch: number;
}

/** `abandoned`: the question ended with neither; a probe given up must reopen, or half-open would last for ever. */
export type Verdict = "success" | "fault" | "abandoned";

export const closedBreaker: Breaker = { state: "closed", epoch: 0, faults: 0 };

export function admit(breaker: Breaker, nowMs: number): readonly [Breaker, Ticket | null] {
  if (breaker.state === "closed") return [breaker, { epoch: breaker.epoch }];
  if (breaker.state === "half-open" || nowMs < breaker.untilMs) return [breaker, null];
  const epoch = breaker.epoch + 1;
  return [{ state: "half-open", epoch, openings: breaker.openings }, { epoch }];
}

export function settle(
  breaker: Breaker,
  ticket: Ticket,
  verdict: Verdict,
  nowMs: number,
  policy: BreakerPolicy,
): Breaker {
  if (ticket.epoch !== breaker.epoch || breaker.state === "open") return breaker;
  if (breaker.state === "half-open") {
    if (verdict === "success") return { state: "closed", epoch: breaker.epoch + 1, faults: 0 };
    return opened(breaker.epoch, breaker.openings + (verdict === "fault" ? 1 : 0), nowMs, policy);
  }
  if (verdict === "abandoned") return breaker;
  const faults = verdict === "success" ? 0 : breaker.faults + 1;
  if (faults >= policy.faultsMax) return opened(breaker.epoch, 1, nowMs, policy);
  return { ...breaker, faults };
}

function opened(epoch: number, openings: number, nowMs: number, policy: BreakerPolicy): Breaker {
  const openMs = Math.min(policy.openMaxMs, policy.openMs * 2 ** (openings - 1));
  return { state: "open", epoch: epoch + 1, openings, untilMs: nowMs + openMs };
}
