/**
 * The config file: where it is, and the settings in it. Whatever is wrong in it is told with its line, and keeps none of
 * the rest from being read. It is never written here.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { errorCode } from "../core/error-code.ts";
import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";
import { type Flag, type Flags, readValue, type Value } from "./flags.ts";
import type { Env, Setting, Settings } from "./settings.ts";

export interface ConfigFile {
  /** Null where no place for one is known. */
  readonly path: string | null;
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

export function configPath(env: Env): string | null {
  const home = env["HOME"];
  const base = env["XDG_CONFIG_HOME"] || (home ? join(home, ".config") : null);
  return base === null ? null : join(base, "enrichd", "config.toml");
}

/** `named`: by `--config`. One that is named must be there. */
export function readConfigFile(named: Value | undefined, flags: Flags, env: Env): ConfigFile {
  const byVariable = env["ENRICHD_CONFIG"] || undefined;
  const path = typeof named === "string" ? named : (byVariable ?? configPath(env));
  const settings = new Map<string, Setting>();
  if (path === null) return { path, settings, problems: [] };
  const problems: Problem[] = [];
  attempt(problems, () => {
    const text = readIfThere(path, named !== undefined || byVariable !== undefined);
    if (text === null) return;
    for (const [key, value] of Object.entries(parseToml(text, path)))
      attempt(problems, () => settings.set(...readKey(key, value, placeOf(key, text, path), path, flags)));
  });
  return { path, settings, problems };
}

function attempt(problems: Problem[], read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error);
  }
}

function readIfThere(path: string, required: boolean): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = errorCode(error);
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

function parseToml(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Its first line; the others show the place, which `where` names.
    const why = (error.message.split("\n")[0] ?? "").replace("Invalid TOML document: ", "");
    throw new Problem(
      "config",
      `the config file is not valid TOML: ${why}`,
      `${path}:${error.line}`,
      "correct that line",
    );
  }
}

/** The path with the line of a key, which the parser does not tell. */
function placeOf(key: string, text: string, path: string): string {
  const name = key.replace(/[^\w-]/g, "\\$&");
  const found = new RegExp(`^[ \\t]*(?:\\[[ \\t]*)?["']?${name}["']?[ \\t]*[=.\\]]`, "m").exec(text);
  return found === null ? path : `${path}:${text.slice(0, found.index).split("\n").length}`;
}

const setRight = "set it right, or take it out";

function readKey(key: string, value: unknown, place: string, path: string, flags: Flags): [string, Setting] {
  const name = key.replaceAll("_", "-");
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined || flag.callOnly === true) throw unknownKey(key, name, place, flags);
  const read = (one: unknown): Value =>
    asConfig(() => readValue(`${key} in ${place}`, String(one), flag.kind, setRight));
  return [name, { value: readOne(key, value, flag, place, read), from: path }];
}

function readOne(key: string, value: unknown, flag: Flag, place: string, read: (one: unknown) => Value): Value {
  if (flag.repeatable === true) return (Array.isArray(value) ? value : [value]).map((one) => String(read(one)));
  if (typeof value !== "object") return read(value);
  throw new Problem("config", `"${key}" is a table or a list, and takes one value`, place, setRight);
}

function unknownKey(key: string, name: string, place: string, flags: Flags): Problem {
  const known = Object.keys(flags).filter((known) => flags[known]?.callOnly !== true);
  const close = nearest(name, known)?.replaceAll("-", "_");
  const hint = close === undefined ? "take it out" : `did you mean ${close}?`;
  return new Problem("config", `unknown setting "${key}"`, place, hint);
}

/** A wrong value outside the command line is a fault of the configuration (78), not of the call (2). */
export function asConfig<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Problem) throw new Problem("config", error.message, error.where, error.next);
    throw error;
  }
}
