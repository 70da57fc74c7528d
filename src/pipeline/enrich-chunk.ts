/** One claimed chunk on its way: prompt, ask, judge, save. Whatever comes of it is durable in the journal at the end. */

import type { Backend, Question, Usage } from "../backends/backend.ts";
import type { Backoff } from "../core/backoff.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { Enrichment } from "../core/enrichment.ts";
import type { RunEvent } from "../core/event.ts";
import type { Failure } from "../core/failure.ts";
import type { Attempt, FailedAttempt } from "../store/answers.ts";
import type { Ledger } from "../store/ledger.ts";
import { type Asked, ask, type Judge, type Tried, totalOf } from "./ask.ts";
import type { Gate, Pass } from "./gate.ts";
import { type Prompt, questionFor } from "./prompt.ts";
import { sentence } from "./sentence.ts";
import type { Reads, Work } from "./source.ts";

export interface ChunkPolicy {
  readonly attemptsMax: number;
  readonly backoff: Backoff;
  readonly withContext: boolean;
}

export interface ChunkParts {
  readonly reads: Reads;
  readonly ledger: Ledger;
  readonly gate: Gate;
  readonly backend: Backend;
  readonly prompt: Prompt;
  readonly judge: Judge;
  readonly runId: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: RunEvent) => void;
  /** An answer became durable. */
  readonly onAnswer: () => void;
  readonly policy: ChunkPolicy;
  /** Questions in flight are given up. */
  readonly aborting: AbortSignal;
}

export async function enrichChunk(parts: ChunkParts, { chunk, hash }: Work, pass: Pass): Promise<void> {
  const context = parts.policy.withContext ? await parts.reads.context(chunk) : [];
  const question = questionFor(parts.prompt, chunk, context);
  let asked: Asked;
  try {
    const { backend, judge, clock, aborting: signal } = parts;
    const { extras } = parts.prompt;
    // Only a token: a server that is reading its first prompt keeps nothing yet that the others could use.
    const onProgress = (hasToken: boolean): void => (hasToken ? pass.alive() : undefined);
    asked = await ask(question, { backend, extras, judge, clock, signal, onProgress });
  } catch (error) {
    pass.abandon();
    if (!parts.aborting.aborted) throw error;
    await parts.ledger.release([hash], parts.runId, parts.clock.wallMs());
    return;
  }
  if (asked.outcome.ok) {
    await saveAnswer(parts, hash, asked, asked.outcome.value.enrichment);
    pass.settle(null);
    parts.onAnswer();
    return;
  }
  pass.settle(asked.outcome.failure);
  await saveFailure(parts, chunk.id, hash, asked, asked.outcome.failure);
}

async function saveAnswer(parts: ChunkParts, hash: string, { tried }: Asked, enrichment: Enrichment): Promise<void> {
  const taken = tried.find(({ failure }) => failure === null);
  if (taken === undefined) throw new Error("an answer came of no question");
  const { durationMs, usage } = totalOf(tried);
  const answer = {
    ...{ ...attemptOf(parts, hash, taken), enrichment, promptVersion: parts.prompt.version },
    total: { durationMs, ...tokensOf(usage) },
  };
  await parts.ledger.saveAnswer(answer, failedOf(parts, hash, tried));
}

async function saveFailure(parts: ChunkParts, id: string, hash: string, { tried }: Asked, failure: Failure) {
  const past = parts.ledger.pastOf(hash);
  const verdict = sentence(failure, past, {
    wallMs: parts.clock.wallMs(),
    succeededAtMs: parts.gate.succeededAtMs(),
    attemptsMax: parts.policy.attemptsMax,
    backoff: parts.policy.backoff,
    random: parts.random,
  });
  await parts.ledger.saveFailure(failedOf(parts, hash, tried), verdict);
  const { kind, detail } = failure;
  const retryAt = verdict.retryAtMs === null ? null : new Date(verdict.retryAtMs).toISOString();
  const attempt = past.attempts + (verdict.blamed ? 1 : 0);
  parts.report({ event: "chunk.failed", id, kind, attempt, retry_at: retryAt, detail });
  if (verdict.retryAtMs === null) parts.onAnswer();
}

function failedOf(parts: ChunkParts, hash: string, tried: readonly Tried[]): FailedAttempt[] {
  return tried.flatMap((one) => {
    const { failure, question } = one;
    return failure === null ? [] : [{ ...attemptOf(parts, hash, one), failure, question: shownOf(question) }];
  });
}

/** What was said after the instructions, which the prompt's version names. */
const shownOf = ({ messages }: Question): string => JSON.stringify(messages.filter(({ role }) => role !== "system"));

function attemptOf(parts: ChunkParts, hash: string, { spent, endedAtMs }: Tried): Attempt {
  const { model, durationMs, firstTokenMs, usage } = spent;
  return {
    ...{ runId: parts.runId, hash, atMs: endedAtMs, backend: parts.backend.name },
    ...{ model, durationMs, firstTokenMs, ...tokensOf(usage) },
  };
}

const tokensOf = (usage: Usage | null) => ({
  tokensIn: usage?.tokensIn ?? null,
  tokensOut: usage?.tokensOut ?? null,
  tokensCached: usage?.tokensCached ?? null,
});
