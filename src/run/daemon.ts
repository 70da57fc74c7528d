/** The composition root of a run: starts its parts in order and ends them in reverse. It wires and does not decide. */

import type { Backend } from "../backends/backend.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { Progress, RunEvent } from "../core/event.ts";
import { createApplier } from "../pipeline/apply.ts";
import { type Ending, enrich } from "../pipeline/enrich.ts";
import { createGate, type GatePolicy } from "../pipeline/gate.ts";
import { promptVersion } from "../pipeline/prompt.ts";
import { createSource } from "../pipeline/source.ts";
import { contentHash } from "../store/content.ts";
import type { Connection } from "../store/database.ts";
import type { Selection, Target } from "../store/target.ts";
import { countBacklog } from "./backlog.ts";
import type { Backlog } from "./progress.ts";
import type { Report } from "./report.ts";
import { type Session, startSession } from "./session.ts";
import type { Shutdown } from "./shutdown.ts";
import { watchLock } from "./watch-lock.ts";
import { writeTarget } from "./write-target.ts";

export interface RunSettings {
  readonly selection: Selection;
  /** Infinity without `--max`. */
  readonly questionsMax: number;
  readonly parallel: number;
  readonly attemptsMax: number;
  readonly withContext: boolean;
  readonly watch: boolean;
  readonly answersMax: number;
  readonly lockTimeoutMs: number;
  /** How long a backend that has worked may be gone. */
  readonly goneMs: number;
}

export interface RunParts {
  readonly settings: RunSettings;
  readonly target: Target;
  readonly targetFile: Connection;
  readonly journal: Connection;
  readonly backend: Backend;
  readonly shutdown: Shutdown;
  readonly clock: Clock;
  readonly random: Random;
  readonly makeReport: (hooks: { backlog: () => Backlog; keep: (event: RunEvent) => void }) => Report;
}

export interface RunResult {
  readonly ending: Ending;
  readonly progress: Progress;
}

const watchMs = 1_000;
/** BrainLayer's users know these two. */
const backoff = { baseMs: 2_000, maxMs: 30_000 } as const;

const gatePolicy = (goneMs: number): GatePolicy => ({
  breaker: { faultsMax: 10, openMs: 5_000, openMaxMs: 120_000 },
  coldFaultsMax: 4,
  coldRefusalsMax: 3,
  coldUnusableMax: 50,
  goneMs,
});

/** Runs until the work is done, a stop, or a backend given up; a Problem of a database ends it, with all kept. */
export async function runEnrichment(parts: RunParts): Promise<RunResult> {
  const { settings, target, targetFile, journal, backend, shutdown, clock, random } = parts;
  const failing = new AbortController();
  const onFailure = (error: unknown): void => failing.abort(error);
  const stopping = AbortSignal.any([shutdown.stopping, failing.signal]);
  const aborting = AbortSignal.any([shutdown.aborting, failing.signal]);

  let session: Session | null = null;
  let total: number | null = null;
  const { emit, progress, tick } = parts.makeReport({
    backlog: () => ({ total, waiting: session?.ledger.countWaiting() ?? 0 }),
    keep: (event) => session?.keep(event),
  });
  const patience = { ms: Number.POSITIVE_INFINITY };
  const locks = (file: Connection, timeoutMs: () => number, signal?: AbortSignal) =>
    watchLock({ file: file.path, clock, random, timeoutMs, report: emit, ...(signal ? { signal } : {}) });

  const asker = { backend: backend.name, model: backend.model, promptVersion };
  const waiting = locks(journal, () => settings.lockTimeoutMs);
  session = await startSession({ journal, waiting, asker, clock, onFailure });
  const { runId, ledger } = session;

  const targetWaiting = locks(targetFile, () => patience.ms, aborting);
  const write = writeTarget(target, targetFile, clock, targetWaiting);
  const applier = createApplier({ ledger, contentHash, clock, report: emit, answersMax: settings.answersMax, write });
  const gate = createGate({
    backend: backend.name,
    policy: gatePolicy(settings.goneMs),
    clock,
    random,
    report: emit,
  });
  const source = createSource({
    ...{ target, ledger, contentHash, clock, runId, asker },
    ...{ selection: settings.selection, parallel: settings.parallel, questionsMax: settings.questionsMax },
    onTooShort: applier.markTooShort,
    onDue: applier.wake,
  });

  const { parallel } = settings;
  emit({
    ...{ event: "run.started", db: targetFile.path, journal: journal.path },
    ...{ backend: backend.name, model: backend.model, parallel },
  });
  const ended = new AbortController();
  const ticking = tick(ended.signal);
  const counting = countBacklog(target, settings, clock, ended.signal, (n) => {
    total = n;
  });
  const applying = applier.run(aborting).catch(onFailure);
  let ending: Ending = { reason: "stopped" };
  try {
    const { attemptsMax, withContext, watch } = settings;
    ending = await enrich({
      ...{ target, ledger, source, gate, backend, runId, clock, random, stopping, aborting, report: emit },
      ...{ onAnswer: applier.wake, room: applier.room },
      policy: { parallel, attemptsMax, withContext, backoff, watchMs: watch ? watchMs : null },
    });
    // A lock that lasts is waited for while there is work; at the end, patience has a bound.
    patience.ms = settings.lockTimeoutMs;
    applier.finish();
    await applying;
    if (failing.signal.aborted && !shutdown.aborting.aborted) throw failing.signal.reason;
    return { ending, progress: progress() };
  } finally {
    ended.abort();
    await Promise.all([ticking, counting]);
    await session.end(ending.reason === "gave_up" || failing.signal.aborted ? "failed" : ending.reason, ending.reason);
  }
}
