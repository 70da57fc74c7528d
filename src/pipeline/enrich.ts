/**
 * The loop: claim, prompt, ask, validate, save. Each slot asks one question at a time; writing answers to the target is
 * the applier's work, so a locked target never holds a slot.
 */

import type { Backend } from "../backends/backend.ts";
import type { Backoff } from "../core/backoff.ts";
import { type Bell, createBell } from "../core/bell.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Failure } from "../core/failure.ts";
import type { Attempt } from "../store/answers.ts";
import type { Ledger } from "../store/ledger.ts";
import { type Asked, ask } from "./ask.ts";
import type { Gate, Pass } from "./gate.ts";
import { promptVersion, questionFor } from "./prompt.ts";
import { sentence } from "./sentence.ts";
import type { Reads, Source, Wait, Work } from "./source.ts";

export interface EnrichParts {
  readonly reads: Reads;
  readonly ledger: Ledger;
  readonly source: Source;
  readonly gate: Gate;
  readonly backend: Backend;
  readonly runId: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: RunEvent) => void;
  /** An answer became durable. */
  readonly onAnswer: () => void;
  /** Resolves when the journal has room for more answers. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  readonly policy: {
    readonly parallel: number;
    readonly attemptsMax: number;
    readonly backoff: Backoff;
    readonly withContext: boolean;
  };
  /** Whether others have written since the last call, so that there may be more; null ends when nothing is left. */
  readonly changed: (() => boolean) | null;
  /** No new questions. */
  readonly stopping: AbortSignal;
  /** Questions in flight are given up as well. */
  readonly aborting: AbortSignal;
}

export type Ending =
  | { readonly reason: "finished" | "stopped" }
  | { readonly reason: "gave_up"; readonly failure: Failure };

/** How often `changed` is asked while somebody waits, and how soon the pending chunks may be gone through again. */
const look = { everyMs: 250, passMs: 1_000 } as const;

/** Runs until nothing is left, a stop is asked for, or the backend is given up. */
export async function enrich(parts: EnrichParts): Promise<Ending> {
  const flights: Flights = { count: 0, idle: 0, more: createBell() };
  const failing = new AbortController();
  const all = { ...parts, stopping: AbortSignal.any([parts.stopping, failing.signal]) };
  // A read that waits for a lock ends with the stop, which is no failure.
  const onError = (error: unknown): void => {
    if (!parts.stopping.aborted || error !== parts.stopping.reason) failing.abort(error);
  };
  const slots = Array.from({ length: parts.policy.parallel }, () => slot(all, flights).catch(onError));
  const over = new AbortController();
  const watching = parts.changed === null ? null : watch(all, parts.changed, flights, over.signal).catch(onError);
  await Promise.all(slots);
  over.abort();
  await watching;
  failing.signal.throwIfAborted();
  await parts.source.close();
  const failure = parts.gate.givenUp();
  if (failure !== null) return { reason: "gave_up", failure };
  return { reason: parts.stopping.aborted ? "stopped" : "finished" };
}

interface Flights {
  count: number;
  /** Slots that wait for more. */
  idle: number;
  /** Rings when a question settles, since its chunk may be due for a retry, and when others have added something. */
  readonly more: Bell;
}

/** While slots are idle: has the chunks gone through again after a change, and leaves the disk alone without one. */
async function watch(parts: EnrichParts, changed: () => boolean, flights: Flights, over: AbortSignal): Promise<void> {
  const { clock, source, stopping } = parts;
  const ended = AbortSignal.any([stopping, over]);
  let news = false;
  let passedMs = clock.nowMs();
  for (;;) {
    await clock.sleep(look.everyMs, ended);
    if (ended.aborted) return;
    if (flights.idle === 0) continue;
    news = changed() || news;
    if (!news || clock.nowMs() - passedMs < look.passMs) continue;
    news = false;
    passedMs = clock.nowMs();
    source.rewind();
    flights.more.ring();
  }
}

async function slot(parts: EnrichParts, flights: Flights): Promise<void> {
  const { gate, source, stopping } = parts;
  while (!stopping.aborted) {
    await parts.room(stopping);
    const pass = await gate.enter(stopping);
    if (pass === null) return;
    const next = await source.next();
    if (stopping.aborted || !("work" in next)) pass.abandon();
    if ("work" in next) {
      if (stopping.aborted) await parts.ledger.release([next.work.hash], parts.runId, parts.clock.wallMs());
      else await fly(parts, flights, next.work, pass);
    } else if (!(await waitForMore(parts, flights, next))) return;
  }
}

async function fly(parts: EnrichParts, flights: Flights, work: Work, pass: Pass): Promise<void> {
  flights.count++;
  try {
    await enrichOne(parts, work, pass);
  } finally {
    flights.count--;
    flights.more.ring();
  }
}

/** False when nothing can come any more: no retry waits, none is in flight, and nobody wants to watch. */
async function waitForMore(parts: EnrichParts, flights: Flights, { waitUntilMs: untilMs, isSpent }: Wait) {
  const { clock, stopping } = parts;
  if (untilMs === null && flights.count === 0 && (isSpent || parts.changed === null)) return false;
  const nap = new AbortController();
  const ended = AbortSignal.any([stopping, nap.signal]);
  const pauses = untilMs === null ? [] : [clock.sleep(Math.max(0, untilMs - clock.wallMs()), ended)];
  flights.idle++;
  await Promise.race([flights.more.wait(ended), ...pauses]);
  flights.idle--;
  nap.abort();
  return true;
}

async function enrichOne(parts: EnrichParts, { chunk, hash }: Work, pass: Pass): Promise<void> {
  const context = parts.policy.withContext ? await parts.reads.context(chunk) : [];
  const question = questionFor(chunk, context);
  let asked: Asked;
  try {
    const { backend, clock, aborting: signal } = parts;
    // Only a token: a server that is reading its first prompt keeps nothing yet that the others could use.
    const onProgress = (hasToken: boolean): void => (hasToken ? pass.alive() : undefined);
    asked = await ask(question, { backend, clock, signal, onProgress });
  } catch (error) {
    pass.abandon();
    if (!parts.aborting.aborted) throw error;
    await parts.ledger.release([hash], parts.runId, parts.clock.wallMs());
    return;
  }
  if (asked.outcome.ok) {
    const answer = { ...attemptOf(parts, hash, asked), enrichment: asked.outcome.value, promptVersion };
    await parts.ledger.saveAnswer(answer);
    pass.settle(null);
    parts.onAnswer();
    return;
  }
  pass.settle(asked.outcome.failure);
  await saveFailure(parts, chunk.id, hash, asked, asked.outcome.failure);
}

async function saveFailure(parts: EnrichParts, id: string, hash: string, asked: Asked, failure: Failure) {
  const past = parts.ledger.pastOf(hash);
  const verdict = sentence(failure, past, {
    wallMs: parts.clock.wallMs(),
    succeededAtMs: parts.gate.succeededAtMs(),
    attemptsMax: parts.policy.attemptsMax,
    backoff: parts.policy.backoff,
    random: parts.random,
  });
  await parts.ledger.saveFailure(attemptOf(parts, hash, asked), failure, verdict);
  const { kind, detail } = failure;
  const retryAt = verdict.retryAtMs === null ? null : new Date(verdict.retryAtMs).toISOString();
  const attempt = past.attempts + (verdict.blamed ? 1 : 0);
  parts.report({ event: "chunk.failed", id, kind, attempt, retry_at: retryAt, detail });
  if (verdict.retryAtMs === null) parts.onAnswer();
}

function attemptOf(parts: EnrichParts, hash: string, { spent }: Asked): Attempt {
  return {
    runId: parts.runId,
    hash,
    atMs: parts.clock.wallMs(),
    backend: parts.backend.name,
    model: spent.model,
    durationMs: spent.durationMs,
    firstTokenMs: spent.firstTokenMs,
    tokensIn: spent.usage?.tokensIn ?? null,
    tokensOut: spent.usage?.tokensOut ?? null,
    tokensCached: spent.usage?.tokensCached ?? null,
  };
}
