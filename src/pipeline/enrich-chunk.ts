/** One claimed chunk on its way: prompt, ask, judge, save. Whatever comes of it is durable in the journal at the end. */

import type { Question } from "../backends/backend.ts";
import type { Backoff } from "../core/backoff.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import { type Failure, isReset } from "../core/failure.ts";
import type { Ledger, Past } from "../store/ledger.ts";
import { type Heard, hear } from "./appeal.ts";
import { type Accepted, type Asked, ask, type Judge, type Tried, totalOf } from "./ask.ts";
import { attemptOf, failedOf, tokensOf, type Whose } from "./attempt.ts";
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
  const { aborting, stopping, policy, ledger, prompt } = parts;
  const past = work.isRetry ? ledger.pastOf(hash) : null;
  const suspect = past !== null && past.crashes >= policy.crashesMax ? past : null;
  if (suspect !== null && !(await pass.alone(stopping))) return giveBack(parts, hash, pass);
  const context = policy.withContext ? await parts.reads.context(chunk) : [];
  const question = questionFor(prompt, chunk, context);
  let found: Found;
  try {
    found = await findOut(parts, hash, question, suspect, pass);
  } catch (error) {
    if (!aborting.aborted) {
      pass.abandon();
      throw error;
    }
    return giveBack(parts, hash, pass);
  }
  const { asked, isProven, isCulprit } = found;
  const { outcome, tried } = asked;
  if (outcome.ok) {
    await saveAnswer(parts, hash, pass, asked, outcome.value);
    pass.settle(null, { work: workOf(tried) });
    parts.onAnswer();
    return;
  }
  pass.settle(outcome.failure, { isOurs: isCulprit, work: workOf(tried) });
  const told = isCulprit ? [...tried.slice(0, -1), culprit(tried, outcome.failure)] : tried;
  await saveFailure(parts, work, pass, { outcome, tried: told }, isProven);
}

interface Found extends Heard {
  /** The server dies of this text: it was well, had nothing else before it, and went away. */
  readonly isCulprit: boolean;
}

/** Rejects only when the work is aborted, with the reason. `suspect`: what is known of a text that may be deadly. */
async function findOut(
  parts: ChunkParts,
  hash: string,
  question: Question,
  suspect: Past | null,
  pass: Pass,
): Promise<Found> {
  const { judge, scrub, clock, aborting, stopping, prompt } = parts;
  const { backend } = pass;
  // Only a token: a server that is reading its first prompt keeps nothing yet that the others could use.
  const onProgress = (hasToken: boolean): void => (hasToken ? pass.alive() : undefined);
  const { extras } = prompt;
  const again = () => ask(question, { backend, extras, judge, scrub, clock, signal: aborting, onProgress });
  // A server that dies of every text is no reason to give one of them up.
  const wasWell = suspect !== null && (await pass.isProven(suspect.failedAtMs ?? 0, aborting));
  const asked = await again();
  if (asked.outcome.ok) return { asked, isProven: false, isCulprit: false };
  const { failure } = asked.outcome;
  if (wasWell && isReset(failure)) return { asked, isProven: true, isCulprit: true };
  // Whoever is told to stop waits for no second opinion.
  if (stopping.aborted || !isTheEnd(parts, hash, pass, failure)) return { asked, isProven: false, isCulprit: false };
  const isWell = () => pass.isProven(clock.wallMs(), aborting);
  return { ...(await hear(asked, failure, { isWell, again })), isCulprit: false };
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
    ...{ ...attemptOf(whose(parts, hash, pass), taken), answeredBy: pass.backend.name, enrichment, marks },
    promptVersion: parts.prompt.version,
    quality: tallyOf(asked),
    total: { durationMs, ...tokensOf(usage) },
  };
  await parts.ledger.saveAnswer(answer, failedOf(whose(parts, hash, pass), tried));
}

async function saveFailure(
  parts: ChunkParts,
  { chunk, hash }: Work,
  pass: Pass,
  asked: Asked,
  isProven: boolean,
): Promise<void> {
  const failures = failedOf(whose(parts, hash, pass), asked.tried);
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

const whose = ({ runId }: ChunkParts, hash: string, { label }: Pass): Whose => ({ runId, hash, backend: label });
