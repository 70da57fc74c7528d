/** A journal in a file of a test's own, with a run in it, and answers to put into it. */

import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import type { Enrichment } from "../../src/core/enrichment.ts";
import type { Failure } from "../../src/core/failure.ts";
import type { Answer, Attempt, FailedAttempt } from "../../src/store/answers.ts";
import type { Connection } from "../../src/store/database.ts";
import { type Identity, openJournal } from "../../src/store/journal.ts";
import { recoverRuns, runningRuns, startRun } from "../../src/store/runs.ts";
import { temporaryFolder } from "./folder.ts";

export const waiting = { clock: systemClock, random: Math.random, timeoutMs: 30_000 };
export const identity: Identity = { path: "/some/where.db", file: "1:2", uuid: null, firstChunk: "first" };
export const owner = { pid: process.pid, since: null };
export const asker = { backend: "openai", model: "model-a", promptVersion: "prompt-1" };

const folder = temporaryFolder();
let made = 0;

export const journalFile = (): string => join(folder, `journal-${++made}.enrichd.db`);

export async function newJournal(): Promise<Connection & { readonly runId: number }> {
  const connection = await openJournal(journalFile(), identity, waiting);
  const { db } = connection;
  const runId = db.transaction(() => startRun(db, { owner, asker, model: "m", wallMs: 1_000 })).immediate();
  return { ...connection, runId };
}

/** Gives up every run that is running, as one that looks at the others does. */
export const giveUpAll = (db: Connection["db"], wallMs: number): number =>
  recoverRuns(
    db,
    runningRuns(db).map((run) => ({ ...run, reason: "lost" })),
    wallMs,
  );

export const enrichment: Enrichment = {
  summary: "The build fails because another process holds the lock.",
  tags: ["sqlite", "lock"],
  importance: 7,
  intent: "debugging",
  primary_symbols: ["openDatabase"],
  resolved_queries: ["Why does the build fail?"],
  key_facts: ["The lock is held for 12 s."],
  epistemic_level: "substantiated",
  version_scope: null,
  debt_impact: "none",
  external_deps: ["sqlite"],
  sentiment_label: "frustration",
  sentiment_score: -0.5,
  sentiment_signals: ["fails"],
};

export const attemptFor = (runId: number, hash: string, atMs = 2_000): Attempt => ({
  ...{ runId, hash, atMs, backend: asker.backend, model: asker.model, durationMs: 12.5, firstTokenMs: 3 },
  ...{ tokensIn: 100, tokensOut: 40, tokensCached: 90 },
});

export const failedFor = (runId: number, hash: string, failure: Failure, atMs = 2_000): FailedAttempt => ({
  ...{ ...attemptFor(runId, hash, atMs), failure, question: "[]" },
});

export const answerFor = (runId: number, hash: string): Answer => ({
  ...{ ...attemptFor(runId, hash), answeredBy: asker.backend, enrichment, promptVersion: asker.promptVersion },
  ...{ marks: [], quality: new Map() },
  total: { durationMs: 12.5, tokensIn: 100, tokensOut: 40, tokensCached: 90 },
});
