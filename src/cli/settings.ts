/**
 * Where a setting comes from: flag, then ENRICHD_*, then the names that BrainLayer's users have set, then the config
 * file, then its default. A wrong value is a failure that names its source, never a silent default.
 */

import { Problem } from "../core/problem.ts";
import { asConfig, readConfigFile } from "./config-file.ts";
import { type CommandLine, defaultOf, type Flags, readValue, type Value } from "./flags.ts";

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
  for (const [name, flag] of Object.entries(flags)) {
    const given = line.values.get(name);
    const setting = given === undefined ? null : { value: given, from: `--${name}` };
    const found =
      setting ?? (flag.callOnly === true ? null : (fromEnv(name, flags, env, problems) ?? file.settings.get(name)));
    const value = defaultOf(flag);
    if (found) settings.set(name, found);
    else if (value !== undefined) settings.set(name, { value, from: "default" });
  }
  return { settings, problems, configPath: file.path };
}

export const envName = (flag: string): string => `ENRICHD_${flag.replaceAll("-", "_").toUpperCase()}`;

/** An empty variable is one that is not set: shells and service files make such ones. */
function fromEnv(name: string, flags: Flags, env: Env, problems: Problem[]): Setting | null {
  const flag = flags[name];
  if (flag === undefined) return null;
  for (const from of [envName(name), ...(flag.aliases ?? [])]) {
    const given = env[from];
    if (given === undefined || given.trim() === "") continue;
    const add = from === envName(name) ? 0 : (flag.aliasesAdd ?? 0);
    const text = add > 0 && /^\d+$/.test(given) ? String(Number(given) + add) : given;
    const read = (part: string): Value =>
      asConfig(() => readValue(from, part, flag.kind, `set ${from} to a valid value, or unset it`));
    try {
      const value = flag.repeatable === true ? text.split(",").map((part) => String(read(part.trim()))) : read(text);
      return { value, from };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error);
      return null;
    }
  }
  return null;
}
