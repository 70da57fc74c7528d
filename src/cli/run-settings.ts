/** The settings of a run as the daemon takes them: what is set, else what the command table has as the default. */

import { backendNames } from "../core/choices.ts";
import { Problem } from "../core/problem.ts";
import type { GatePolicy } from "../pipeline/gate-policy.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import type { BackendSettings } from "../run/choose-backend.ts";
import type { Fallback } from "../run/choose-fallback.ts";
import type { MlxSettings } from "../run/mlx.ts";
import type { Paths } from "../run/open.ts";
import { readPrompt } from "../run/read-prompt.ts";
import type { RunSettings } from "../run/settings.ts";
import type { Selection } from "../store/target.ts";
import { defaultOf, listOf, type Value } from "./flags.ts";
import { databasePath, stateFolder } from "./paths.ts";
import { type Env, fromAlias, type Settings } from "./settings.ts";
import { every } from "./table.ts";

export const pathsOf = (settings: Settings, env: Env): Paths => ({
  db: databasePath(settings, env),
  journal: textOf(settings, "journal"),
});

export function runSettings(settings: Settings, paths: Paths, wallMs: number): Omit<RunSettings, "pauseFile"> {
  return {
    paths,
    selection: selectionOf(settings, wallMs),
    questionsMax: numberOf(settings, "max", Number.POSITIVE_INFINITY),
    parallel: parallelOf(settings),
    isParallelAuto: isAuto(settings),
    attemptsMax: numberOf(settings, "attempts"),
    crashesMax: numberOf(settings, "crashes"),
    backoff: { baseMs: numberOf(settings, "retry-base"), maxMs: numberOf(settings, "retry-max") },
    gate: gatePolicy(settings),
    withContext: !isOn(settings, "no-context"),
    quality: textOf(settings, "quality") as RunSettings["quality"],
    watch: isOn(settings, "watch"),
    answersMax: numberOf(settings, "answers-max"),
    lockTimeoutMs: lockTimeoutOf(settings),
  };
}

const isAuto = (settings: Settings): boolean => textOf(settings, "parallel") === "auto";

/** The most of them, where their number is found out. */
export const parallelOf = (settings: Settings): number =>
  numberOf(settings, isAuto(settings) ? "parallel-max" : "parallel");

const gatePolicy = (settings: Settings): GatePolicy => ({
  breaker: {
    faultsMax: numberOf(settings, "breaker-faults"),
    windowSize: numberOf(settings, "breaker-window"),
    windowMin: numberOf(settings, "breaker-min"),
    faultShare: numberOf(settings, "breaker-share"),
    openMs: numberOf(settings, "breaker-pause"),
    openMaxMs: numberOf(settings, "breaker-pause-max"),
  },
  slump: {
    windowSize: numberOf(settings, "fail-window"),
    ratio: numberOf(settings, "fail-ratio"),
    pauseMs: numberOf(settings, "health-pause"),
    pauseMaxMs: numberOf(settings, "health-pause-max"),
    pausesMax: numberOf(settings, "health-pauses"),
  },
  coldPause: { baseMs: numberOf(settings, "cold-pause"), maxMs: numberOf(settings, "cold-pause-max") },
  overloadPause: { baseMs: numberOf(settings, "overload-pause"), maxMs: numberOf(settings, "overload-pause-max") },
  coldFaultsMax: numberOf(settings, "cold-faults"),
  coldRefusalsMax: numberOf(settings, "cold-refusals"),
  goneMs: numberOf(settings, "backend-wait"),
});

function selectionOf(settings: Settings, wallMs: number): Selection {
  const types = listOf(settings.get("content-type")?.value);
  const recentMs = settings.get("recent")?.value;
  const minChars = settings.get("min-chars")?.value;
  return {
    minChars: typeof minChars === "number" ? minChars : null,
    contentTypes: types.length === 0 ? null : types,
    projects: listOf(settings.get("project")?.value),
    sources: listOf(settings.get("source")?.value),
    sinceMs: typeof recentMs === "number" ? wallMs - recentMs : null,
    upgrade: isOn(settings, "upgrade"),
  };
}

/** A failure that is told says which limit ran out; the layer below knows no flags. */
const limitNames = {
  connect: "--connect-timeout",
  first_token: "--first-token-timeout",
  progress: "--stall-timeout",
  total: "--timeout",
};

export function backendSettings(settings: Settings, env: Env): BackendSettings {
  const aliased = (name: "url" | "model", backend: string): string | null => {
    const value = fromAlias(every[name], backend, env)?.value;
    return typeof value === "string" ? value : null;
  };
  const named = (backend: string) => ({ url: aliased("url", backend), model: aliased("model", backend) });
  return {
    backend: textOf(settings, "backend") as BackendSettings["backend"],
    url: textOf(settings, "url"),
    model: textOf(settings, "model"),
    named: { ollama: named("ollama"), openai: named("openai") },
    apiKey: textOf(settings, "api-key"),
    timeouts: {
      firstTokenMs: numberOf(settings, "first-token-timeout"),
      progressMs: numberOf(settings, "stall-timeout"),
      totalMs: numberOf(settings, "timeout"),
      connectMs: numberOf(settings, "connect-timeout"),
      names: limitNames,
    },
    mlx: mlxSettings(settings, env),
  };
}

function mlxSettings(settings: Settings, env: Env): MlxSettings {
  const [stallMs, port] = [givenOf(settings, "stall-timeout"), givenOf(settings, "mlx-port")];
  return {
    command: textOf(settings, "mlx-command"),
    port: typeof port === "number" ? port : null,
    // Without a limit of the user's, what was observed sets it.
    stallMs: typeof stallMs === "number" ? stallMs : null,
    loadMs: numberOf(settings, "mlx-load-timeout"),
    pauseMs: numberOf(settings, "mlx-restart-pause"),
    pauseMaxMs: numberOf(settings, "mlx-restart-pause-max"),
    windowMs: numberOf(settings, "mlx-restart-window"),
    graceMs: numberOf(settings, "mlx-grace"),
    restartsMax: settings.get("mlx-auto-restart")?.value === false ? 0 : numberOf(settings, "mlx-restarts"),
    recycleTokens: numberOf(settings, "recycle-tokens"),
    folder: () => stateFolder(env, process.platform),
    env,
  };
}

/** Throws a Problem for a name that is no backend, and for `auto`, which names none. */
export function fallbacksOf(settings: Settings): readonly Fallback[] {
  const given = textOf(settings, "fallback") ?? "none";
  if (given === "none") return [];
  return given.split(",").map((one) => {
    const [name = "", ...url] = one.trim().split("=");
    const names = backendNames.filter((known) => known !== "auto");
    const found = names.find((known) => known === name);
    const where = settings.get("fallback")?.from ?? "--fallback";
    const next = `name ${names.join(", ")}, or none`;
    const kind = where.startsWith("--") ? "usage" : "config";
    if (found === undefined) throw new Problem(kind, `there is no backend "${name}" to fall back to`, where, next);
    const place = url.join("=").trim();
    if (url.length > 0 && place === "")
      throw new Problem(kind, `"${name}=" has no address`, where, `write ${name} alone, or ${name}=URL`);
    return { name: found, url: url.length === 0 ? null : place };
  });
}

export const lockTimeoutOf = (settings: Settings): number => numberOf(settings, "lock-timeout");

/** What somebody has set: a default counts for nothing. */
function givenOf(settings: Settings, name: string): Value | undefined {
  const setting = settings.get(name);
  return setting?.from === "default" ? undefined : setting?.value;
}

export const isOn = (settings: Settings, name: string): boolean => settings.get(name)?.value === true;

export function textOf(settings: Settings, name: string): string | null {
  const value = settingOf(settings, name);
  return typeof value === "string" ? value : null;
}

/** Throws where it is not set, has no default, and there is none given. */
export function numberOf(settings: Settings, name: string, otherwise?: number): number {
  const value = settingOf(settings, name) ?? otherwise;
  if (typeof value === "number") return value;
  throw new Error(`no number is known for --${name}`);
}

/** Of a command that has no such flag, the default holds all the same: `demo` runs as `run` does. */
function settingOf(settings: Settings, name: string): Value | undefined {
  return settings.get(name)?.value ?? defaultOf(every[name]);
}

/** mlx runs on nothing else. */
export const isAppleSilicon = process.platform === "darwin" && process.arch === "arm64";

export const promptOf = (settings: Settings): Prompt =>
  readPrompt(textOf(settings, "prompt"), textOf(settings, "schema"));
