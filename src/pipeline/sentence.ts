/** What follows from a failed question for its chunk: blamed or not, tried again when, or given up. Pure. */

import { type Backoff, scatteredMs } from "../core/backoff.ts";
import type { Random } from "../core/clock.ts";
import { type Failure, policyOf } from "../core/failure.ts";
import type { Sentence } from "../store/answers.ts";
import type { Past } from "../store/ledger.ts";
import type { Standing } from "./pass.ts";

export interface Circumstances {
  readonly wallMs: number;
  /** When a question of this run last succeeded, in milliseconds since 1970; null if none has. */
  readonly succeededAtMs: number | null;
  /** Of the backend that failed. */
  readonly standing: Standing;
  readonly attemptsMax: number;
  readonly backoff: Backoff;
  readonly random: Random;
}

export function sentence(failure: Failure, past: Omit<Past, "crashes">, now: Circumstances): Sentence {
  const policy = policyOf(failure);
  // A hung server fails every chunk alike; one that served others since this chunk last failed tells on the chunk.
  const othersSucceeded = past.failedAtMs !== null && now.succeededAtMs !== null && now.succeededAtMs > past.failedAtMs;
  const isItsOwn = policy.blamesChunk === "yes" || (policy.blamesChunk === "while_others_succeed" && othersSucceeded);
  const blamed = isItsOwn && now.standing === "steady";
  const hopeless = policy.retry === "never" && blamed;
  if (blamed && (hopeless || past.attempts + 1 >= now.attemptsMax)) return { blamed, retryAtMs: null };
  // For the next backend, or the next run.
  if (now.standing === "given-up") return { blamed, retryAtMs: now.wallMs };
  const named = failure.kind === "overloaded" ? failure.retryAfterMs : null;
  return { blamed, retryAtMs: now.wallMs + (named ?? scatteredMs(now.backoff, past.failures + 1, now.random)) };
}
