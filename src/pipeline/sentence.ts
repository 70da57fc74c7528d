/** What follows from a failed question for its chunk: blamed or not, tried again when, or given up. Pure. */

import { type Backoff, scatteredMs } from "../core/backoff.ts";
import type { Random } from "../core/clock.ts";
import { type Failure, policyOf } from "../core/failure.ts";
import type { Sentence } from "../store/answers.ts";
import type { Past } from "../store/ledger.ts";
import type { Standing } from "./pass.ts";

/** So many times the attempts are the end of a text that a backend may be too weak for, or that it never takes. */
const patienceFactor = 3;

export interface Circumstances {
  readonly wallMs: number;
  /** When a question of this run last succeeded, in milliseconds since 1970; null if none has. */
  readonly succeededAtMs: number | null;
  /** Of the backend that failed. */
  readonly standing: Standing;
  /** The backend was seen to be well just after the failure, so that it is the text's own. */
  readonly isProven: boolean;
  readonly attemptsMax: number;
  readonly backoff: Backoff;
  readonly random: Random;
}

export function sentence(failure: Failure, past: Omit<Past, "crashes">, now: Circumstances): Sentence {
  const policy = policyOf(failure);
  const manyTimes = now.attemptsMax * patienceFactor;
  // The last text that is left has no others beside it, and one that is always told to come later is never blamed: after
  // so many failures the look at the backend tells on it.
  const isWorn = policy.blamesChunk !== "no" && past.failures + 1 >= manyTimes && now.isProven;
  // A hung server fails every chunk alike; one that served others since this chunk last failed tells on the chunk.
  const othersSucceeded = past.failedAtMs !== null && now.succeededAtMs !== null && now.succeededAtMs > past.failedAtMs;
  const isItsOwn = policy.blamesChunk === "yes" || (policy.blamesChunk === "while_others_succeed" && othersSucceeded);
  const blamed = (isItsOwn || isWorn) && now.standing === "steady";
  const attempts = past.attempts + 1;
  const isLast = policy.retry === "never" || attempts >= now.attemptsMax || isWorn;
  const isSure = now.isProven || attempts >= manyTimes;
  if (blamed && isLast && isSure) return { blamed, retryAtMs: null };
  // For the next backend, or the next run.
  if (now.standing === "given-up") return { blamed, retryAtMs: now.wallMs };
  const named = failure.kind === "overloaded" ? failure.retryAfterMs : null;
  return { blamed, retryAtMs: now.wallMs + (named ?? scatteredMs(now.backoff, past.failures + 1, now.random)) };
}
