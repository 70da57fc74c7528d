/** What a run does by default, and its settings as the daemon takes them. */

import type { BackendSettings } from "../run/choose-backend.ts";
import type { RunSettings } from "../run/daemon.ts";
import type { Paths } from "../run/open.ts";
import type { Selection } from "../store/target.ts";
import { listOf } from "./flags.ts";
import { databasePath } from "./paths.ts";
import type { Env, Settings } from "./settings.ts";

/** Also what the help of each flag says. */
export const defaults = {
  parallel: 4,
  attempts: 3,
  answersMax: 10_000,
  lockTimeoutMs: 60_000,
  backendWaitMs: 600_000,
  graceMs: 10_000,
  firstTokenMs: 240_000,
  progressMs: 60_000,
  totalMs: 600_000,
} as const;

export const pathsOf = (settings: Settings, env: Env): Paths => ({
  db: databasePath(settings, env),
  journal: textOf(settings, "journal"),
});

export function runSettings(settings: Settings, paths: Paths, wallMs: number): Omit<RunSettings, "pauseFile"> {
  return {
    paths,
    selection: selectionOf(settings, wallMs),
    questionsMax: numberOf(settings, "max", Number.POSITIVE_INFINITY),
    parallel: numberOf(settings, "parallel", defaults.parallel),
    attemptsMax: numberOf(settings, "attempts", defaults.attempts),
    withContext: !isOn(settings, "no-context"),
    watch: isOn(settings, "watch"),
    answersMax: numberOf(settings, "answers-max", defaults.answersMax),
    lockTimeoutMs: lockTimeoutOf(settings),
    goneMs: numberOf(settings, "backend-wait", defaults.backendWaitMs),
  };
}

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

export function backendSettings(settings: Settings): BackendSettings {
  return {
    backend: (textOf(settings, "backend") ?? "auto") as BackendSettings["backend"],
    url: textOf(settings, "url"),
    model: textOf(settings, "model"),
    apiKey: textOf(settings, "api-key"),
    timeouts: {
      firstTokenMs: numberOf(settings, "first-token-timeout", defaults.firstTokenMs),
      progressMs: numberOf(settings, "stall-timeout", defaults.progressMs),
      totalMs: numberOf(settings, "timeout", defaults.totalMs),
    },
  };
}

export const lockTimeoutOf = (settings: Settings): number => numberOf(settings, "lock-timeout", defaults.lockTimeoutMs);

export const isOn = (settings: Settings, name: string): boolean => settings.get(name)?.value === true;

export function textOf(settings: Settings, name: string): string | null {
  const value = settings.get(name)?.value;
  return typeof value === "string" ? value : null;
}

export function numberOf(settings: Settings, name: string, otherwise: number): number {
  const value = settings.get(name)?.value;
  return typeof value === "number" ? value : otherwise;
}
