/** The composition root of a run: opens and starts its parts in order, ends them in reverse. It wires, and never asks. */

import type { Backend } from "../backends/backend.ts";
import type { ConcessionMemory } from "../backends/concessions.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { Progress } from "../core/event.ts";
import { createApplier } from "../pipeline/apply.ts";
import { type Ending, enrich } from "../pipeline/enrich.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import { createJudge } from "../pipeline/quality/judge.ts";
import { createSource } from "../pipeline/source.ts";
import { watchChanges } from "../store/changes.ts";
import type { Asker } from "../store/claims.ts";
import { contentHash } from "../store/content.ts";
import type { RunState } from "../store/runs.ts";
import { countBacklog, standOf } from "./backlog.ts";
import type { Chosen } from "./choose-fallback.ts";
import { hearRequests } from "./hear-requests.ts";
import { lineUp } from "./line-up.ts";
import { type Opened, openRun } from "./open.ts";
import { rememberConcessions } from "./remember-concessions.ts";
import type { Report } from "./report.ts";
import { startSession } from "./session.ts";
import type { RunSettings } from "./settings.ts";
import type { Shutdown } from "./shutdown.ts";
import { patient, targetSide } from "./target-side.ts";

export interface RunParts {
  readonly settings: RunSettings;
  /** Called once the database is known to be good: a wrong path is the first thing to be told. */
  readonly chooseBackends: (signal: AbortSignal, memory: ConcessionMemory) => Promise<Chosen>;
  readonly prompt: Prompt;
  readonly shutdown: Pick<Shutdown, "stopping" | "aborting" | "stop">;
  readonly report: Report;
  readonly clock: Clock;
  readonly random: Random;
}

export interface RunResult {
  readonly ending: Ending;
  readonly progress: Progress;
}

/** Runs until the work is done, a stop, or a backend given up; a Problem of a database ends it, with all kept. */
export async function runEnrichment(parts: RunParts): Promise<RunResult> {
  const { settings, shutdown } = parts;
  const opened = await openRun(settings.paths, (file) =>
    patient(parts, file, settings.lockTimeoutMs, shutdown.stopping),
  );
  try {
    const { journal } = opened;
    const waiting = patient(parts, journal.path, settings.lockTimeoutMs, shutdown.stopping);
    const memory = rememberConcessions(journal, waiting, parts.clock);
    const chosen = await parts.chooseBackends(shutdown.stopping, memory);
    try {
      return await runOpened(parts, opened, chosen);
    } finally {
      await Promise.all(chosen.backends.map(({ close }) => close?.(shutdown.aborting)));
    }
  } finally {
    opened.close();
  }
}

async function runOpened(parts: RunParts, opened: Opened, { backends, labels, missing }: Chosen): Promise<RunResult> {
  const { settings, shutdown, report, clock, random, prompt } = parts;
  const { target, targetFile, journal } = opened;
  const { parallel, isParallelAuto, watch, questionsMax, selection, answersMax } = settings;
  const failing = new AbortController();
  const onFailure = (error: unknown): void => failing.abort(error);
  const stopping = AbortSignal.any([shutdown.stopping, failing.signal]);
  const aborting = AbortSignal.any([shutdown.aborting, failing.signal]);
  const { emit, progress } = report;

  const [first] = backends;
  if (first === undefined) throw new Error("a run without a backend");
  const [label = first.name] = labels;
  const { model } = first;
  const askerOf = (one: Backend): Asker => ({
    ...{ backend: one.name, model: one.pinnedModel, promptVersion: prompt.version },
  });
  // The journal is nobody else's for long, and without it no answer is durable: it is waited for even while we stop.
  const forever = new AbortController().signal;
  const journalWaiting = patient(parts, journal.path, settings.lockTimeoutMs, forever);
  let takenOver = false;
  const { runId, ledger, scrub, keep, hear, end } = await startSession({
    journal,
    waiting: journalWaiting,
    asker: { ...askerOf(first), backend: label },
    ...{ model, keepsExtra: !target.hasExtra },
    clock,
    onFailure,
    onTakeover: () => {
      takenOver = true;
      applier.recount();
    },
    leaseMs: settings.leaseMs,
  });
  let total: number | null = null;
  report.attach({ keep, backlog: () => ({ total, ...standOf(ledger) }) });

  const { reads, write, hurry } = targetSide({ parts, opened, stopping, aborting });
  const applier = createApplier({ ledger, contentHash, clock, report: emit, answersMax, write });
  const ended = new AbortController();
  const lineup = lineUp({
    ...{ backends, labels, settings, prompt, clock, random, report: emit, ledger, onError: onFailure },
    signal: AbortSignal.any([stopping, ended.signal]),
  });
  const source = createSource({
    ...{ reads, ledger, contentHash, clock, runId, selection, parallel, questionsMax },
    asker: () => askerOf(lineup.current().backend),
    ...{ onTooShort: applier.markTooShort, onDue: applier.wake },
  });

  const hearing = await hearRequests({
    ...{ changed: watchChanges([journal]), hear, clock, report: emit },
    onStop: shutdown.stop,
    onRestart: (by) => {
      for (const { restart } of backends) restart?.(by);
    },
  });
  const room = async (signal: AbortSignal): Promise<void> => {
    await hearing.unpaused(signal);
    await applier.room(signal);
  };

  const othersWrote = watchChanges([targetFile, journal]);
  // What we take over from a run that has ended is written by ourselves, which SQLite does not count as a change.
  const changed = (): boolean => {
    const isChanged = othersWrote() || takenOver;
    takenOver = false;
    return isChanged;
  };
  const names = { db: targetFile.path, journal: journal.path, backend: label, model };
  const { url = null, reason = null } = first.place ?? {};
  emit({ event: "run.started", ...names, url, reason, parallel, parallel_auto: isParallelAuto });
  for (const { label, problem } of missing)
    emit({ event: "backend.changed", backend: label, from: "closed", to: "given-up", cause: problem.message });
  const ticking = report.tick(ended.signal).catch(onFailure);
  const listening = hearing.run(ended.signal).catch(onFailure);
  const counting = countBacklog(target, targetFile.path, selection, clock, ended.signal)
    .then((wanted) => {
      total = wanted === null ? null : Math.min(questionsMax, wanted);
    })
    .catch(onFailure);
  const applying = applier.run(aborting).catch(onFailure);
  let last: readonly [state: RunState, reason: string] = ["failed", "a bug"];
  try {
    const asked = await enrich({
      ...{ reads, ledger, source, lineup, runId, clock, random, stopping, aborting, report: emit },
      ...{ onAnswer: applier.wake, room, prompt, judge: createJudge(settings.quality), scrub },
      policy: settings,
      changed: watch ? changed : null,
    }).catch(onFailure);
    hurry(settings.lockTimeoutMs);
    applier.finish();
    await applying;
    const isCutOff = shutdown.aborting.aborted && failing.signal.reason === shutdown.aborting.reason;
    if (asked === undefined || (failing.signal.aborted && !isCutOff)) throw failing.signal.reason;
    // Where nothing was left to ask, but to be written, a stop is no end of the work.
    const ending: Ending = asked.reason === "finished" && isCutOff ? { reason: "stopped" } : asked;
    last = ending.reason === "gave_up" ? ["failed", ending.failure.detail] : [ending.reason, ending.reason];
    return { ending, progress: progress() };
  } catch (error) {
    if (error instanceof Error) last = ["failed", error.message];
    throw error;
  } finally {
    ended.abort();
    await Promise.all([ticking, listening, counting]);
    const stand = standOf(ledger);
    // Before the end is written: where that fails as well, the report must not look into a closed journal.
    report.attach({ keep: () => {}, backlog: () => ({ total, ...stand }) });
    await end(...last);
  }
}
