/** What an import was told to read: paths and standard input as they were given, and the folders that flags stand for. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { type ImportSource, standardInput } from "../import/input.ts";
import { gitHistory } from "../run/git-history.ts";
import { log } from "../run/output.ts";
import { listOf } from "./flags.ts";
import { isOn } from "./run-settings.ts";
import type { Env, Settings } from "./settings.ts";

/** Throws a Problem when nothing is named, or a flag's folder is not there. */
export async function sourcesOf(positionals: readonly string[], settings: Settings, env: Env): Promise<ImportSource[]> {
  const next = "name files or folders, or - for standard input; see `enrichd import --help`";
  const found = [
    ...(isOn(settings, "claude-code") ? claudeCodeFolders(env) : []),
    ...(isOn(settings, "codex") ? codexFolders(env) : []),
    ...(await Promise.all([...new Set(listOf(settings.get("git")?.value))].map(gitHistory))),
  ];
  if (positionals.includes("")) throw new Problem("usage", "a path is empty", "enrichd import", next);
  if (positionals.includes("-") && process.stdin.isTTY === true) log.info("reading what you type; Ctrl-D ends it");
  const named = [...new Set(positionals)].map(
    (path): ImportSource =>
      path === "-"
        ? { kind: "stream", name: "standard input", bytes: standardInput(systemClock.sleep) }
        : { kind: "path", path },
  );
  if (found.length + named.length === 0)
    throw new Problem("usage", "nothing to import is named", "enrichd import", next);
  return [...found, ...named];
}

/** Where CLAUDE_CONFIG_DIR points, else both places where Claude Code has kept its files. */
function claudeCodeFolders(env: Env): ImportSource[] {
  const configured = env["CLAUDE_CONFIG_DIR"];
  const homes = configured ? [configured] : [below(env, ".claude"), below(env, ".config", "claude")];
  const next =
    "if Claude Code keeps its files elsewhere, name the folder: enrichd import FOLDER, or set CLAUDE_CONFIG_DIR";
  return folders(
    "claude-code",
    homes.map((home) => join(home, "projects")),
    next,
  );
}

function codexFolders(env: Env): ImportSource[] {
  const home = env["CODEX_HOME"] || below(env, ".codex");
  const next = "if Codex keeps its files elsewhere, name the folder: enrichd import FOLDER, or set CODEX_HOME";
  return folders("codex", [join(home, "sessions"), join(home, "archived_sessions")], next);
}

function below(env: Env, ...names: readonly string[]): string {
  const home = env["HOME"];
  if (home) return join(home, ...names);
  throw new Problem("config", "HOME is not set", "HOME", "name the folder of the sessions: enrichd import FOLDER");
}

function folders(only: "claude-code" | "codex", places: readonly string[], next: string): ImportSource[] {
  const there = places.filter((place) => existsSync(place));
  const what = `no session of ${only === "codex" ? "Codex" : "Claude Code"} was kept here`;
  if (there.length === 0) throw new Problem("not_found", what, places[0] ?? "", next);
  return there.map((path) => ({ kind: "path", path, only }));
}
