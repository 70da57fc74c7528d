/**
 * Where a setting comes from: flag, then ENRICHD_*, then the names that BrainLayer's users have set, then the config
 * file, then its default. A wrong value is a failure that names its source, never a silent default.
 */

import { Problem } from "../core/problem.ts";
import { asConfig, readConfigFile } from "./config-file.ts";
import { type Alias, type CommandLine, defaultOf, type Flag, type Flags, readValue, type Value } from "./flags.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export interface Setting {
  readonly value: Value;
  /** `--db`, `ENRICHD_DB`, the path of the config file, or `default`. */
  readonly from: string;
}

/** Those that somebody has set, or whose flag has a default. */
export type Settings = ReadonlyMap<string, Setting>;

export interface Resolved {
  readonly settings: Settings;
  /** What is wrong outside the command line; the settings are what the rest says. */
  readonly problems: readonly Problem[];
  readonly configPath: string | null;
}

/** Throws the first problem. */
export function resolveSettings(line: CommandLine, flags: Flags, allFlags: Flags, env: Env): Settings {
  const { settings, problems } = readSettings(line, flags, allFlags, env);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  return settings;
}

export function readSettings(line: CommandLine, flags: Flags, allFlags: Flags, env: Env): Resolved {
  const file = readConfigFile(line.values.get("config"), allFlags, env);
  const problems = [...file.problems];
  const settings = new Map<string, Setting>();
  const find = (name: string, flag: Flag): Setting | null => {
    const given = line.values.get(name);
    if (given !== undefined) return { value: given, from: `--${name}` };
    const backend = String(settings.get("backend")?.value ?? "");
    const found = flag.callOnly === true ? null : fromEnv(name, flag, backend, env, problems);
    const value = defaultOf(flag);
    return found ?? file.settings.get(name) ?? (value === undefined ? null : { value, from: "default" });
  };
  // The backend first: some names in the environment hold only with one of them.
  const names = Object.keys(flags).sort((a, b) => Number(b === "backend") - Number(a === "backend"));
  for (const name of names) {
    const flag = flags[name];
    const found = flag === undefined ? null : find(name, flag);
    if (found !== null) settings.set(name, found);
  }
  return { settings, problems, configPath: file.path };
}

export const envName = (flag: string): string => `ENRICHD_${flag.replaceAll("-", "_").toUpperCase()}`;

/** An empty variable is one that is not set: shells and service files make such ones. */
function fromEnv(name: string, flag: Flag, backend: string, env: Env, problems: Problem[]): Setting | null {
  const names = (flag.aliases ?? []).filter((alias) => typeof alias === "string" || alias.backends.includes(backend));
  try {
    return readFirst([envName(name)], flag, 0, env) ?? readFirst(names.map(aliasName), flag, flag.aliasesAdd ?? 0, env);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error);
    return null;
  }
}

/** What the names that hold only for this backend say, whichever backend the settings name. */
export function fromAlias(flag: Flag | undefined, backend: string, env: Env): Setting | null {
  if (flag === undefined) return null;
  const names = (flag.aliases ?? []).filter((alias) => typeof alias !== "string" && alias.backends.includes(backend));
  return readFirst(names.map(aliasName), flag, flag.aliasesAdd ?? 0, env);
}

export const aliasName = (alias: Alias): string => (typeof alias === "string" ? alias : alias.name);

function readFirst(names: readonly string[], flag: Flag, add: number, env: Env): Setting | null {
  for (const from of names) {
    const given = env[from];
    if (given === undefined || given.trim() === "") continue;
    const text = add > 0 && /^\d+$/.test(given) ? String(Number(given) + add) : given;
    const read = (part: string): Value =>
      asConfig(() => readValue(from, part, flag.kind, `set ${from} to a valid value, or unset it`));
    const value = flag.repeatable === true ? text.split(",").map((part) => String(read(part.trim()))) : read(text);
    return { value, from };
  }
  return null;
}
