/**
 * Where a setting comes from: flag, then ENRICHD_*, then the names that BrainLayer's users have set, then the config
 * file, then its default. A wrong value is a failure that names its source, never a silent default.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";
import { type CommandLine, type Flags, readValue, type Value } from "./flags.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export interface Setting {
  readonly value: Value;
  /** `--db`, `ENRICHD_DB`, or the path of the config file. */
  readonly from: string;
}

export type Settings = ReadonlyMap<string, Setting>;

export function resolveSettings(line: CommandLine, flags: Flags, allFlags: Flags, env: Env): Settings {
  const file = readConfigFile(line.values.get("config"), allFlags, env);
  const settings = new Map<string, Setting>();
  for (const [name, flag] of Object.entries(flags)) {
    const given = line.values.get(name);
    const setting = given === undefined ? null : { value: given, from: `--${name}` };
    const found = setting ?? (flag.callOnly === true ? null : (fromEnv(name, flags, env) ?? file.get(name) ?? null));
    if (found !== null) settings.set(name, found);
  }
  return settings;
}

export const envName = (flag: string): string => `ENRICHD_${flag.replaceAll("-", "_").toUpperCase()}`;

/** An empty variable is one that is not set: shells and service files make such ones. */
function fromEnv(name: string, flags: Flags, env: Env): Setting | null {
  const flag = flags[name];
  if (flag === undefined) return null;
  for (const from of [envName(name), ...(flag.aliases ?? [])]) {
    const text = env[from];
    if (text === undefined || text.trim() === "") continue;
    const next = `set ${from} to a valid value, or unset it`;
    const value = inConfig(() =>
      flag.repeatable === true
        ? text.split(",").map((part) => String(readValue(from, part.trim(), flag.kind, next)))
        : readValue(from, text, flag.kind, next),
    );
    return { value, from };
  }
  return null;
}

/** A wrong value outside the command line is a fault of the configuration (78), not of the call (2). */
function inConfig<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Problem) throw new Problem("config", error.message, error.where, error.next);
    throw error;
  }
}

export function configPath(env: Env): string | null {
  const home = env["HOME"];
  const base = env["XDG_CONFIG_HOME"] || (home ? join(home, ".config") : null);
  return base === null ? null : join(base, "enrichd", "config.toml");
}

function readConfigFile(named: Value | undefined, flags: Flags, env: Env): Settings {
  const path = typeof named === "string" ? named : (env["ENRICHD_CONFIG"] ?? configPath(env));
  if (path === null || path === "") return new Map();
  const text = readIfThere(path, named !== undefined || env["ENRICHD_CONFIG"] !== undefined);
  return text === null ? new Map() : settingsIn(text, path, flags);
}

function readIfThere(path: string, required: boolean): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT" && !required) return null;
    const kind = code === "ENOENT" ? "not_found" : code === "EACCES" ? "permission" : "config";
    throw new Problem(
      kind,
      `the config file cannot be read (${code})`,
      path,
      "name a readable TOML file with --config",
    );
  }
}

function settingsIn(text: string, path: string, flags: Flags): Settings {
  const settings = new Map<string, Setting>();
  for (const [key, value] of Object.entries(parseToml(text, path))) {
    const name = key.replaceAll("_", "-");
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined || flag.callOnly === true) {
      const known = Object.keys(flags).filter((known) => flags[known]?.callOnly !== true);
      const close = nearest(name, known)?.replaceAll("-", "_");
      const hint = close === undefined ? "take it out" : `did you mean ${close}?`;
      throw new Problem("config", `unknown setting "${key}"`, path, hint);
    }
    const where = `${key} in ${path}`;
    const read = (one: unknown): Value => readValue(where, String(one), flag.kind, "set it right, or take it out");
    if (flag.repeatable === true && Array.isArray(value))
      settings.set(name, { value: inConfig(() => value.map((one) => String(read(one)))), from: path });
    else if (typeof value === "object")
      throw new Problem(
        "config",
        `"${key}" is a table or a list, and takes one value`,
        path,
        "set it right, or take it out",
      );
    else {
      const one = inConfig(() => read(value));
      settings.set(name, { value: flag.repeatable === true ? [String(one)] : one, from: path });
    }
  }
  return settings;
}

function parseToml(text: string, path: string): Record<string, unknown> {
  try {
    return Bun.TOML.parse(text) as Record<string, unknown>;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem("config", `the config file is not valid TOML: ${why}`, path, "correct that line");
  }
}
