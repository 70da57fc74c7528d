/** `enrichd run`: enriches what is pending, until nothing is left, a stop, or a backend that is gone. */

import { join } from "node:path";
import type { ConcessionMemory } from "../backends/concessions.ts";
import { systemClock, systemRandom } from "../core/clock.ts";
import { codeOf, exitCodes } from "../core/exit-code.ts";
import { policyOf } from "../core/failure.ts";
import { Problem } from "../core/problem.ts";
import { chooseBackends } from "../run/choose-fallback.ts";
import { type RunResult, runEnrichment } from "../run/daemon.ts";
import { warmUpOf } from "../run/mlx-probe.ts";
import { stepFor } from "../run/next-step.ts";
import { log } from "../run/output.ts";
import { planEnrichment } from "../run/plan.ts";
import { requireModel } from "../run/read-prompt.ts";
import { createReport, type Report } from "../run/report.ts";
import { listenForSignals, type Shutdown } from "../run/shutdown.ts";
import { createEventLog, type EventLog } from "../store/event-log.ts";
import { type Call, command } from "./command.ts";
import { stopCode } from "./exit.ts";
import { pauseFile, stateFolder } from "./paths.ts";
import {
  backendSettings,
  fallbacksOf,
  isAppleSilicon,
  isOn,
  numberOf,
  parallelOf,
  pathsOf,
  promptOf,
  runSettings,
  textOf,
} from "./run-settings.ts";
import type { Env, Settings } from "./settings.ts";
import { signatures } from "./table.ts";

export const runCommand = command({
  ...signatures.run,
  run: runRun,
});

async function runRun({ settings, env }: Call): Promise<number> {
  const clock = systemClock;
  const prompt = promptOf(settings);
  const eventLog = eventLogFor(settings, env);
  const report = reportFor(settings, eventLog);
  const shutdown = listenFor(settings);
  try {
    const starting = {
      ...{ random: systemRandom, report: report.emit, warmUp: warmUpOf(prompt) },
      parallel: parallelOf(settings),
    };
    const parts = {
      settings: { ...runSettings(settings, pathsOf(settings, env), clock.wallMs()), pauseFile: pauseFile(env) },
      ...{ prompt, shutdown, report, clock, random: systemRandom },
      chooseBackends: async (signal: AbortSignal, memory: ConcessionMemory) => {
        const wanted = backendSettings(settings, env);
        const around = { ...surroundings(settings), signal, memory, starting };
        const chosen = await chooseBackends(wanted, fallbacksOf(settings), around);
        for (const backend of chosen.backends) requireModel(backend, prompt);
        return chosen;
      },
    };
    if (isOn(settings, "dry-run")) {
      await planEnrichment(parts);
      return exitCodes.done;
    }
    const status = settings.get("status")?.value ?? false;
    // Loaded only where it is wanted: a run shall start without waiting for it.
    const { openPage } = status === false ? { openPage: null } : await import("./serve.ts");
    const page = openPage?.(settings, env, shutdown.aborting, { command: "run", prompt: () => prompt });
    try {
      return await finish(report, shutdown, () => runEnrichment(parts));
    } finally {
      await page?.stop();
    }
  } finally {
    shutdown.close();
    eventLog?.close();
  }
}

/** Every run that has started ends with its counts and its code, whichever way it ends. */
export async function finish(report: Report, shutdown: Shutdown, run: () => Promise<RunResult>): Promise<number> {
  const tell = (exit_code: number, reason: string): number => {
    if (report.hasStarted()) report.emit({ event: "run.finished", exit_code, reason, ...report.progress() });
    return exit_code;
  };
  try {
    const { ending, progress } = await run();
    if (ending.reason === "gave_up") throw gaveUp(ending.failure);
    if (ending.reason === "stopped") return tell(stopCode(shutdown), "stopped");
    return tell(progress.quarantined > 0 ? exitCodes.quarantine : exitCodes.done, "finished");
  } catch (error) {
    // Whatever waited for a lock when the stop came has ended with the stop.
    if (shutdown.stopping.aborted && error === shutdown.stopping.reason) return tell(stopCode(shutdown), "stopped");
    if (error instanceof Problem) tell(codeOf(error.kind), error.kind === "no_backend" ? "gave_up" : error.kind);
    throw error;
  }
}

function gaveUp(failure: Extract<RunResult["ending"], { reason: "gave_up" }>["failure"]): Problem {
  const next = {
    unauthorized: "set the key with ENRICHD_API_KEY, then run again: what was answered is kept",
    model_missing: "name a model that the server has with --model, then run again",
    bad_request: "look at the server's log; it may be another kind of server, or need another --model",
    unusable_reply: "use a model that can write JSON, or a server that can force it; try with --verbose",
  } as const;
  const step = stepFor(failure);
  // A reply to another question is not the model's doing.
  const isServers = policyOf(failure).opensBreaker;
  const known = !isServers && Object.hasOwn(next, failure.kind) ? next[failure.kind as keyof typeof next] : null;
  const otherwise = "look at the model server and its log, then run again: what was answered is kept";
  const hint = step === null ? (known ?? otherwise) : `${step}; then run again: what was answered is kept`;
  return new Problem("no_backend", `the backend was given up: ${failure.kind}`, failure.detail, hint);
}

export const surroundings = (settings: Settings) => ({
  clock: systemClock,
  tell: (line: string): void => {
    if (!isOn(settings, "quiet")) log.info(line);
  },
  isAppleSilicon,
});

export const listenFor = (settings: Settings): Shutdown =>
  listenForSignals({
    graceMs: numberOf(settings, "grace"),
    sleep: systemClock.sleep,
    onFirst: (signal) => log.warn(`${signal}: no new questions; what is in flight may finish (again: stop at once)`),
  });

/** Null where it is not wanted, or where there is no place for it. */
function eventLogFor(settings: Settings, env: Env): EventLog | null {
  const named = textOf(settings, "log");
  if (named === "none" || isOn(settings, "dry-run") || (named === null && !env["HOME"])) return null;
  const path = named ?? join(stateFolder(env, process.platform), "enrichd.log");
  const onTrouble = (reason: string): void => log.warn(`events are not kept in ${path}: ${reason}`);
  return createEventLog({ path, clock: systemClock, onTrouble });
}

export function reportFor(settings: Settings, eventLog: EventLog | null = null): Report {
  return createReport({
    ...(eventLog === null ? {} : { log: { write: eventLog.write, withText: isOn(settings, "log-text") } }),
    json: isOn(settings, "json"),
    level: isOn(settings, "quiet") ? "quiet" : isOn(settings, "verbose") ? "verbose" : "normal",
    terminal: process.stderr.isTTY === true,
    width: process.stderr.columns ?? 80,
    clock: systemClock,
  });
}
