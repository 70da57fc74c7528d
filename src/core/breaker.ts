/**
 * When to stop asking a backend that fails: a pure state machine. It counts only faults of the backend, never a bad
 * chunk, an unusable reply, a rate limit or a lock (the caller decides by failure policy).
 *
 * | state | admit | settle success | settle fault |
 * | --- | --- | --- | --- |
 * | closed | a ticket | kept in the window | kept in the window; too many of it, or in a row: open |
 * | open | null until `untilMs`, then half-open with one ticket | - (stale) | - (stale) |
 * | half-open | null until the probe settles | closed, with an empty window | open, twice as long; after nothing at all, as at first |
 */

export interface BreakerPolicy {
  /** Faults in a row that open it whatever came before: a window alone is slow after long good times. */
  readonly faultsMax: number;
  /** How many of the last verdicts are looked at. */
  readonly windowSize: number;
  /** With fewer the share says nothing. */
  readonly windowMin: number;
  /** Faults among them, from 0 to 1, that open it. */
  readonly faultShare: number;
  readonly openMs: number;
  readonly openMaxMs: number;
}

export type Breaker =
  | {
      readonly state: "closed";
      readonly epoch: number;
      readonly faultsInRow: number;
      /** The last verdicts, oldest first; true is a fault. */
      readonly recent: readonly boolean[];
    }
  | { readonly state: "open"; readonly epoch: number; readonly openings: number; readonly untilMs: number }
  | { readonly state: "half-open"; readonly epoch: number; readonly openings: number };

/** Belongs to one state of the breaker; after a change of state it is stale and settles nothing. */
export interface Ticket {
  readonly epoch: number;
}

/** `abandoned`: the question ended with neither; a probe given up must reopen, or half-open would last for ever. */
export type Verdict = "success" | "fault" | "abandoned";

export const closedBreaker: Breaker = { state: "closed", epoch: 0, faultsInRow: 0, recent: [] };

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
    if (verdict === "success") return { ...closedBreaker, epoch: breaker.epoch + 1 };
    if (verdict === "fault") return opened(breaker.epoch, breaker.openings + 1, nowMs, policy);
    // It has told nothing, so that the long pause is not begun anew.
    return { ...opened(breaker.epoch, 1, nowMs, policy), openings: breaker.openings };
  }
  if (verdict === "abandoned") return breaker;
  const recent = [...breaker.recent.slice(1 - policy.windowSize), verdict === "fault"];
  const faultsInRow = verdict === "fault" ? breaker.faultsInRow + 1 : 0;
  if (verdict === "fault" && isTooMuch(recent, faultsInRow, policy)) return opened(breaker.epoch, 1, nowMs, policy);
  return { ...breaker, faultsInRow, recent };
}

function isTooMuch(recent: readonly boolean[], faultsInRow: number, policy: BreakerPolicy): boolean {
  if (faultsInRow >= policy.faultsMax) return true;
  const faults = recent.filter((isFault) => isFault).length;
  return recent.length >= policy.windowMin && faults >= recent.length * policy.faultShare;
}

/** Opens it from outside: something other than a question has shown that the backend is down. */
export function trip(breaker: Breaker, nowMs: number, policy: BreakerPolicy): Breaker {
  return breaker.state === "closed" ? opened(breaker.epoch, 1, nowMs, policy) : breaker;
}

/** A probe beside the work has answered: the next question may try, without waiting for the rest of the pause. */
export function relent(breaker: Breaker, nowMs: number): Breaker {
  return breaker.state === "open" ? { ...breaker, untilMs: Math.min(breaker.untilMs, nowMs) } : breaker;
}

/** A probe beside the work has failed: another pause, twice as long. */
export function prolong(breaker: Breaker, nowMs: number, policy: BreakerPolicy): Breaker {
  return breaker.state === "open" ? opened(breaker.epoch, breaker.openings + 1, nowMs, policy) : breaker;
}

type Open = Extract<Breaker, { state: "open" }>;

function opened(epoch: number, openings: number, nowMs: number, policy: BreakerPolicy): Open {
  const openMs = Math.min(policy.openMaxMs, policy.openMs * 2 ** (openings - 1));
  return { state: "open", epoch: epoch + 1, openings, untilMs: nowMs + openMs };
}
