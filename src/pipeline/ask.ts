/** One chunk's question to a backend: asks, reads the reply, and asks for a repair once where that can help. */

import type { Backend, Question, Reply, Usage } from "../backends/backend.ts";
import type { Clock } from "../core/clock.ts";
import type { Enrichment } from "../core/enrichment.ts";
import { type Failure, failed, type Outcome, policyOf, success } from "../core/failure.ts";
import { repairFor } from "./prompt.ts";
import { readReply } from "./reply.ts";

/** What one question cost, its repair included. */
export interface Spent {
  readonly model: string;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly usage: Usage | null;
}

export interface Asked {
  readonly outcome: Outcome<Enrichment>;
  readonly spent: Spent;
}

export interface Asking {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (hasToken: boolean) => void;
}

/** Rejects only when the signal fires, with its reason. */
export async function ask(question: Question, asking: Asking): Promise<Asked> {
  const first = await askOnce(question, asking);
  if (first.outcome.ok || policyOf(first.outcome.failure).retry !== "repair") return first;
  const { failure } = first.outcome;
  if (failure.kind !== "unusable_reply") return first;
  const second = await askOnce(repairFor(question, failure.raw, failure.detail), asking);
  return { outcome: second.outcome, spent: added(first.spent, second.spent) };
}

async function askOnce(question: Question, { backend, clock, signal, onProgress }: Asking): Promise<Asked> {
  const startedMs = clock.nowMs();
  const reply = await backend.ask(question, { signal, onProgress });
  if (!reply.ok) {
    const durationMs = clock.nowMs() - startedMs;
    return { outcome: reply, spent: { model: backend.model, durationMs, firstTokenMs: null, usage: null } };
  }
  return { outcome: read(reply.value), spent: reply.value };
}

function read(reply: Reply): Outcome<Enrichment> {
  const enrichment = readReply(reply.text);
  if (enrichment.ok) return success(enrichment.value);
  const failure: Failure = { kind: "unusable_reply", ...enrichment.failure, raw: reply.text };
  return failed(failure);
}

function added(a: Spent, b: Spent): Spent {
  const usage =
    a.usage === null || b.usage === null
      ? (a.usage ?? b.usage)
      : {
          tokensIn: a.usage.tokensIn + b.usage.tokensIn,
          tokensOut: a.usage.tokensOut + b.usage.tokensOut,
          tokensCached: a.usage.tokensCached + b.usage.tokensCached,
        };
  return { model: b.model, durationMs: a.durationMs + b.durationMs, firstTokenMs: a.firstTokenMs, usage };
}
