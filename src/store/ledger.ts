/**
 * The journal as the pipeline uses it: each method is one durable step. Steps that are asked for in the same turn of the
 * event loop share one transaction, so that a busy run pays for few commits and every answer is still durable when its
 * promise resolves.
 */

import * as answers from "./answers.ts";
import * as claims from "./claims.ts";
import type { Connection } from "./database.ts";
import * as due from "./due.ts";
import { keepExtra } from "./extras.ts";
import { fileMark } from "./file.ts";
import { journalProblem, requireJournal } from "./journal.ts";
import { transact, type Waiting } from "./lock.ts";
import { type Answering, recallParallel, rememberParallel } from "./parallel.ts";
import { recordScrubbed, type Tally } from "./quality.ts";
import { type Scrubber, scrubbedAnswer, scrubbedAttempt } from "./scrubbed.ts";

export interface Ledger {
  readonly claim: (candidates: readonly claims.Candidate[], claiming: claims.Claiming) => Promise<claims.Claimed>;
  readonly claimRetry: (hash: string, runId: number) => Promise<boolean>;
  readonly release: (hashes: readonly string[], runId: number, wallMs: number) => Promise<void>;
  readonly drop: (candidate: claims.Candidate) => Promise<void>;
  readonly saveAnswer: (answer: answers.Answer, before?: readonly answers.FailedAttempt[]) => Promise<boolean>;
  readonly saveFailure: (
    attempts: readonly answers.FailedAttempt[],
    sentence: answers.Sentence,
    quality?: Tally,
  ) => Promise<void>;
  /** How many questions at a time that model was best asked. */
  readonly recallParallel: (answering: Answering) => number | null;
  readonly rememberParallel: (answering: Answering, questions: number, wallMs: number) => Promise<void>;
  readonly forgive: (hashes: readonly string[]) => Promise<void>;
  /** Gives those that were still to be settled. */
  readonly settleDue: (settled: readonly Settled[]) => Promise<readonly Settled[]>;
  /** Takes over what ended runs have left to be written; gives how many. */
  readonly adoptDue: () => Promise<number>;
  /** Whether a claim of this run is still its own. */
  readonly holds: (hash: string) => boolean;
  readonly waiting: (limit: number, wallMs: number) => claims.Waiting[];
  readonly pastOf: (hash: string) => answers.Past;
  /** Of this run, as `countDue`. */
  readonly nextDue: (limit: number) => due.Due[];
  readonly countDue: () => number;
  readonly countOpen: () => ReturnType<typeof claims.countOpen>;
  /** What the questions cost that this run has saved: all of them, as `stats` sums them up. */
  readonly spent: () => Tokens;
}

export interface Tokens {
  readonly in: number;
  readonly out: number;
  readonly cached: number;
}
export const noTokens: Tokens = { in: 0, out: 0, cached: 0 };

export type Settled = readonly [due: due.Due, applied: Parameters<typeof due.settleDue>[2]];
export type { Past } from "./answers.ts";
/** Runs a step in the next shared transaction. */
export type Write = <T>(step: () => T) => Promise<T>;

export interface LedgerParts {
  readonly runId: number;
  readonly write: Write;
  readonly scrubber: Scrubber;
  /** The target has no place for fields of people's own. */
  readonly keepsExtra?: boolean | undefined;
}

export function ledgerOf({ db, path }: Connection, parts: LedgerParts): Ledger {
  const { runId, write, scrubber, keepsExtra = true } = parts;
  function read<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw journalProblem(error, path);
    }
  }
  let spent = noTokens;
  async function saving<T>(attempts: readonly answers.Attempt[], step: () => T): Promise<T> {
    // Outside of the transaction, which may be tried more than once.
    const secrets = scrubber.drain();
    const value = await write(() => {
      recordScrubbed(db, runId, secrets);
      return step();
    });
    spent = attempts.reduce(added, spent);
    return value;
  }
  return {
    claim: (candidates, claiming) => write(() => claims.claim(db, candidates, claiming)),
    claimRetry: (hash, runId) => write(() => claims.claimRetry(db, hash, runId)),
    release: (hashes, runId, wallMs) =>
      write(() => {
        for (const hash of hashes) claims.releaseClaim(db, hash, runId, wallMs);
      }),
    drop: (candidate) => write(() => claims.dropMember(db, candidate)),
    saveAnswer: (answer, before = []) => {
      const clean = scrubbedAnswer(answer, scrubber);
      const cleanBefore = before.map((attempt) => scrubbedAttempt(attempt, scrubber));
      return saving([...cleanBefore, clean], () => answers.saveAnswer(db, clean, cleanBefore));
    },
    saveFailure: (attempts, sentence, quality) => {
      const clean = attempts.map((attempt) => scrubbedAttempt(attempt, scrubber));
      return saving(clean, () => answers.saveFailure(db, clean, sentence, quality));
    },
    recallParallel: (answering) => read(() => recallParallel(db, answering)),
    rememberParallel: (answering, questions, wallMs) => write(() => rememberParallel(db, answering, questions, wallMs)),
    forgive: (hashes) => write(() => answers.forgive(db, hashes)),
    settleDue: (settled) =>
      write(() =>
        settled.filter(([one, applied]) => {
          const isOurs = due.settleDue(db, one, applied);
          if (isOurs && keepsExtra && applied === "applied") keepExtra(db, one);
          return isOurs;
        }),
      ),
    adoptDue: () => write(() => due.adoptDue(db, runId)),
    holds: (hash) => read(() => claims.holds(db, hash, runId)),
    waiting: (limit, wallMs) => read(() => claims.waitingForRetry(db, limit, wallMs)),
    pastOf: (hash) => read(() => answers.pastOf(db, hash)),
    nextDue: (limit) => read(() => due.nextDue(db, runId, limit)),
    countDue: () => read(() => due.countDue(db, runId)),
    countOpen: () => read(() => claims.countOpen(db, runId)),
    spent: () => spent,
  };
}

const added = (sum: Tokens, { tokensIn, tokensOut, tokensCached }: answers.Attempt): Tokens => ({
  in: sum.in + (tokensIn ?? 0),
  out: sum.out + (tokensOut ?? 0),
  cached: sum.cached + (tokensCached ?? 0),
});

interface Step {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** One writer for a connection: collects the steps of a turn and commits them together, in the order they came. */
export function sharedTransactions({ db, path }: Connection, waiting: Waiting): Write {
  const mark = fileMark(path);
  let steps: Step[] = [];
  let flushing = false;
  async function flush(): Promise<void> {
    while (steps.length > 0) {
      const batch = steps;
      steps = [];
      try {
        const body = (): unknown[] => {
          requireJournal(path, mark);
          return batch.map((step) => step.run());
        };
        const values = await transact(db, path, body, waiting);
        for (const [i, step] of batch.entries()) step.resolve(values[i]);
      } catch (error) {
        for (const step of batch) step.reject(journalProblem(error, path));
      }
    }
    flushing = false;
  }
  return <T>(run: () => T) =>
    new Promise<T>((resolve, reject) => {
      steps.push({ run, resolve: resolve as (value: unknown) => void, reject });
      if (flushing) return;
      flushing = true;
      setImmediate(flush);
    });
}
