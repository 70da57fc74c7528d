/** What follows from a failed question for its chunk: blamed or not, tried again when, or given up. Pure. */

import { type Backoff, backoffMs } from "../core/backoff.ts";
import type { Random } from "../core/clock.ts";
import { type Failure, policyOf, stopsRun } from "../core/failure.ts";
import type { Sentence } from "../store/answers.ts";
import type { Past } from "../store/ledger.ts";

export interface Circumstances {
  readonly wallMs: number;
  /** When a question of this run last succeeded, in milliseconds since 1970; null if none has. */
  readonly succeededAtMs: number | null;
  readonly attemptsMax: number;
  readonly backoff: Backoff;
  readonly random: Random;
}

export function sentence(failure: Failure, past: Past, now: Circumstances): Sentence {
  const policy = policyOf(failure);
  // A hung server fails every chunk alike; one that served others since this chunk last failed tells on the chunk.
  const othersSucceeded = past.failedAtMs !== null && now.succeededAtMs !== null && now.succeededAtMs > past.failedAtMs;
  const blamed = policy.blamesChunk === "yes" || (policy.blamesChunk === "while_others_succeed" && othersSucceeded);
  const hopeless = policy.retry === "never" && blamed;
  if (blamed && (hopeless || past.attempts + 1 >= now.attemptsMax)) return { blamed, retryAtMs: null };
  if (stopsRun(failure, now.succeededAtMs !== null)) return { blamed, retryAtMs: now.wallMs };
  const named = failure.kind === "overloaded" ? failure.retryAfterMs : null;
  return { blamed, retryAtMs: now.wallMs + (named ?? backoffMs(now.backoff, past.failures + 1, now.random)) };
}
