/** One claimed chunk on its way: prompt, ask, judge, save. Whatever comes of it is durable in the journal at the end. */

import type { Question, Usage } from "../backends/backend.ts";
import type { Backoff } from "../core/backoff.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import { type Failure, isReset } from "../core/failure.ts";
import type { Attempt, FailedAttempt } from "../store/answers.ts";
import type { Ledger } from "../store/ledger.ts";
import { hear } from "./appeal.ts";
import { type Accepted, type Asked, ask, type Judge, type Tried, totalOf } from "./ask.ts";
import type { Lineup } from "./lineup.ts";
import type { Pass } from "./pass.ts";
import { type Prompt, questionFor } from "./prompt.ts";
import { tallyOf } from "./quality/tally.ts";
import type { Scrub } from "./scrub-json.ts";
import { type Circumstances, sentence } from "./sentence.ts";
import type { Reads, Work } from "./source.ts";

export interface ChunkPolicy {
  readonly attemptsMax: number;
  /** After how often the server has gone away with a question in flight that question is asked alone. */
  readonly crashesMax: number;
  readonly backoff: Backoff;
  readonly withContext: boolean;
}

export interface ChunkParts {
  readonly reads: Reads;
  readonly ledger: Ledger;
  readonly lineup: Lineup;
  readonly prompt: Prompt;
  readonly judge: Judge;
  readonly scrub: Scrub;
  readonly runId: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: RunEvent) => void;
  /** An answer became durable. */
  readonly onAnswer: () => void;
  readonly policy: ChunkPolicy;
  /** No new questions. */
  readonly stopping: AbortSignal;
  /** Questions in flight are given up. */
  readonly aborting: AbortSignal;
}

export async function enrichChunk(parts: ChunkParts, work: Work, pass: Pass): Promise<void> {
  const { chunk, hash } = work;
  const { judge, scrub, clock, aborting, stopping, policy, ledger, prompt } = parts;
  const past = work.isRetry ? ledger.pastOf(hash) : null;
  const isSuspect = past !== null && past.crashes >= policy.crashesMax;
  if (isSuspect && !(await pass.alone(stopping))) return giveBack(parts, hash, pass);
  const context = policy.withContext ? await parts.reads.context(chunk) : [];
  const question = questionFor(prompt, chunk, context);
  // Only a token: a server that is reading its first prompt keeps nothing yet that the others could use.
  const onProgress = (hasToken: boolean): void => (hasToken ? pass.alive() : undefined);
  const { backend } = pass;
  const { extras } = prompt;
  const again = () => ask(question, { backend, extras, judge, scrub, clock, signal: aborting, onProgress });
  let isCulprit = false;
  let isProven = false;
  let asked: Asked;
  try {
    // A server that dies of every text is no reason to give one of them up.
    const wasWell = isSuspect && (await pass.isProven(past.failedAtMs ?? 0, aborting));
    asked = await again();
    if (!asked.outcome.ok) {
      const { failure } = asked.outcome;
      isCulprit = wasWell && isReset(failure);
      if (!isCulprit && !stopping.aborted && isTheEnd(parts, hash, pass, failure)) {
        const isWell = () => pass.isProven(clock.wallMs(), aborting);
        ({ asked, isProven } = await hear(asked, failure, { isWell, again }));
      }
    }
  } catch (error) {
    if (!aborting.aborted) {
      pass.abandon();
      throw error;
    }
    return giveBack(parts, hash, pass);
  }
  const { outcome } = asked;
  if (outcome.ok) {
    await saveAnswer(parts, hash, pass, asked, outcome.value);
    pass.settle(null, { work: workOf(asked.tried) });
    parts.onAnswer();
    return;
  }
  pass.settle(outcome.failure, { isOurs: isCulprit, work: workOf(asked.tried) });
  const { tried } = asked;
  const told = isCulprit ? [...tried.slice(0, -1), culprit(tried, outcome.failure)] : tried;
  await saveFailure(parts, work, pass, { outcome, tried: told }, isProven || isCulprit);
}

/** Whether that failure would give its text up, if it is the text's own. */
const isTheEnd = (parts: ChunkParts, hash: string, pass: Pass, failure: Failure): boolean =>
  sentence(failure, parts.ledger.pastOf(hash), circumstances(parts, pass, true)).retryAtMs === null;

const circumstances = ({ clock, policy, random }: ChunkParts, pass: Pass, isProven: boolean): Circumstances => ({
  ...{ wallMs: clock.wallMs(), succeededAtMs: pass.succeededAtMs(), standing: pass.standing(), isProven },
  ...{ attemptsMax: policy.attemptsMax, backoff: policy.backoff, random },
});

/** Tokens written, where they are counted; a reply without a count is one piece of work. */
const workOf = (tried: readonly Tried[]): number =>
  tried.reduce((work, { spent }) => work + (spent.firstTokenMs === null ? 0 : (spent.usage?.tokensOut ?? 1)), 0);

async function giveBack({ ledger, runId, clock }: ChunkParts, hash: string, pass: Pass): Promise<void> {
  pass.abandon();
  await ledger.release([hash], runId, clock.wallMs());
}

/** Nothing else was in flight, and it was not the first time: the server dies of this text. */
function culprit(tried: readonly Tried[], { detail }: Failure): Tried {
  const last = tried.at(-1);
  if (last === undefined) throw new Error("nothing was asked");
  const what = `the server went away again while it was asked about nothing but this text: ${detail}`;
  return { ...last, failure: { kind: "crashed", detail: what } };
}

async function saveAnswer(
  parts: ChunkParts,
  hash: string,
  pass: Pass,
  asked: Asked,
  { enrichment, marks }: Accepted,
): Promise<void> {
  const { tried } = asked;
  const taken = tried.find(({ failure }) => failure === null);
  if (taken === undefined) throw new Error("an answer came of no question");
  const { durationMs, usage } = totalOf(tried);
  const answer = {
    ...{ ...attemptOf(parts, hash, pass, taken), enrichment, promptVersion: parts.prompt.version, marks },
    quality: tallyOf(asked),
    total: { durationMs, ...tokensOf(usage) },
  };
  await parts.ledger.saveAnswer(answer, failedOf(parts, hash, pass, tried));
}

async function saveFailure(
  parts: ChunkParts,
  { chunk, hash }: Work,
  pass: Pass,
  asked: Asked,
  isProven: boolean,
): Promise<void> {
  const failures = failedOf(parts, hash, pass, asked.tried);
  const failure = failures.at(-1)?.failure;
  if (failure === undefined) throw new Error("a failure came of no question");
  const past = parts.ledger.pastOf(hash);
  const verdict = sentence(failure, past, circumstances(parts, pass, isProven));
  if (verdict.blamed) pass.blamed(hash);
  await parts.ledger.saveFailure(failures, verdict, tallyOf(asked));
  const { kind, detail } = failure;
  const retryAt = verdict.retryAtMs === null ? null : new Date(verdict.retryAtMs).toISOString();
  const attempt = past.attempts + (verdict.blamed ? 1 : 0);
  parts.report({ event: "chunk.failed", id: chunk.id, kind, attempt, retry_at: retryAt, detail });
  if (verdict.retryAtMs === null) parts.onAnswer();
}

function failedOf(parts: ChunkParts, hash: string, pass: Pass, tried: readonly Tried[]): FailedAttempt[] {
  return tried.flatMap((one) => {
    const { failure, question } = one;
    return failure === null ? [] : [{ ...attemptOf(parts, hash, pass, one), failure, question: shownOf(question) }];
  });
}

/** What was said after the instructions, which the prompt's version names. */
const shownOf = ({ messages }: Question): string => JSON.stringify(messages.filter(({ role }) => role !== "system"));

function attemptOf({ runId }: ChunkParts, hash: string, { backend }: Pass, { spent, endedAtMs }: Tried): Attempt {
  const { model, durationMs, firstTokenMs, usage } = spent;
  return {
    ...{ runId, hash, atMs: endedAtMs, backend: backend.name },
    ...{ model, durationMs, firstTokenMs, ...tokensOf(usage) },
  };
}

const tokensOf = (usage: Usage | null) => ({
  tokensIn: usage?.tokensIn ?? null,
  tokensOut: usage?.tokensOut ?? null,
  tokensCached: usage?.tokensCached ?? null,
});
