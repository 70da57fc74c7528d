/** What a flag is, and the strict reading of a command line: citty's own parser takes unknown flags and empty values. */

import { parseArgs } from "node:util";
import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";

/** How a value is read. `duration` is kept in milliseconds; a bare number counts in `unit`. */
export type Kind =
  | { readonly type: "switch" }
  | { readonly type: "text" }
  | { readonly type: "choice"; readonly of: readonly string[] }
  /** `or`: a word that may stand for the number. */
  | { readonly type: "integer"; readonly min: number; readonly max: number; readonly or?: string }
  /** A number from 0 to 1. */
  | { readonly type: "share" }
  /** `--status`, or `--status=4477`; never the argument after it. */
  | { readonly type: "switch_or_integer"; readonly min: number; readonly max: number }
  | { readonly type: "duration"; readonly unit: "s" | "h"; readonly minMs: number };

/** A name that holds only with some backends, for what each of them has its own name for. */
export type Alias = string | { readonly name: string; readonly backends: readonly string[] };

export interface Flag {
  readonly kind: Kind;
  readonly help: string;
  /** What it is where nobody says otherwise, as it is written on the command line. */
  readonly default?: string;
  /** What a config file may say, for those without a default. */
  readonly example?: string;
  /** What stands for the value in the usage: PATH, N. */
  readonly value?: string;
  readonly repeatable?: true;
  /** Never shown: only whether it is set. */
  readonly secret?: true;
  /** Names in the environment besides ENRICHD_NAME, in their order: those that BrainLayer's users have set. */
  readonly aliases?: readonly Alias[];
  /** What must be added to a number of those: they count retries where we count attempts. */
  readonly aliasesAdd?: number;
  /** Only for this one call: neither in the environment nor in the config file. */
  readonly callOnly?: true;
}

/** What a usage says of it. */
export const helpOf = (flag: Flag): string =>
  flag.default === undefined ? flag.help : `${flag.help} (${flag.default})`;

export function defaultOf(flag: Flag | undefined): Value | undefined {
  if (flag?.default === undefined) return undefined;
  return readValue("the default", flag.default, flag.kind, "");
}

export type Flags = Readonly<Record<string, Flag>>;
export type Value = boolean | string | number | readonly string[];

export interface CommandLine {
  readonly values: ReadonlyMap<string, Value>;
  readonly positionals: readonly string[];
}

const usage = (what: string, where: string, next: string): Problem => new Problem("usage", what, where, next);

/** Reads arguments against the flags of a command; throws a usage Problem that names the nearest valid flag. */
export function readCommandLine(command: string, args: readonly string[], flags: Flags): CommandLine {
  const help = `see \`enrichd ${command} --help\``;
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(flags).map(([name, { kind }]) => [name, { type: isSwitch(kind) ? "boolean" : "string" }]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, Value>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind === "option") readOption(token, flags, values, help);
  }
  return { values, positionals };
}

const isSwitch = ({ type }: Kind): boolean => type === "switch" || type === "switch_or_integer";

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readOption(token: OptionToken, flags: Flags, values: Map<string, Value>, help: string): void {
  const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
  if (flag === undefined) throw unknownFlag(token.rawName, flags, help);
  const shown = `--${token.name}`;
  if (flag.kind.type === "switch") {
    if (token.value !== undefined) throw usage(`${shown} takes no value`, token.value, help);
    values.set(token.name, true);
    return;
  }
  if (flag.kind.type === "switch_or_integer" && token.value === undefined) {
    values.set(token.name, true);
    return;
  }
  if (isForgotten(token, flag.kind)) throw usage(`${shown} needs a value`, shown, howToGive(token, shown, help));
  const value = readValue(shown, token.value ?? "", flag.kind, help);
  if (flag.repeatable === true) values.set(token.name, [...listOf(values.get(token.name)), String(value)]);
  else if (values.has(token.name)) throw usage(`${shown} is given twice`, shown, help);
  else values.set(token.name, value);
}

/** Without "=", a value that looks like a flag is a forgotten one: `--db --json`. A number that is too small looks like none. */
function isForgotten({ value, inlineValue }: OptionToken, { type }: Kind): boolean {
  if (value === undefined) return true;
  return inlineValue !== true && (type === "text" ? /^-./ : /^--/).test(value);
}

/** A name may begin with a dash all the same. */
function howToGive({ value }: OptionToken, shown: string, help: string): string {
  return value !== undefined && !value.startsWith("--")
    ? `if it is "${value}", write ${shown}=${value}; ${help}`
    : help;
}

function unknownFlag(shown: string, flags: Flags, help: string): Problem {
  const close = nearest(shown.replace(/^-+/, ""), Object.keys(flags));
  return usage(`unknown flag ${shown}`, shown, close === null ? help : `did you mean --${close}? ${help}`);
}

export const listOf = (value: Value | undefined): readonly string[] => (Array.isArray(value) ? value : []);

/** Reads one value, wherever it stands; `where` is its flag or variable. */
export function readValue(where: string, text: string, kind: Kind, next: string): Value {
  if (text.trim() === "") throw usage(`${where} is empty`, where, next);
  switch (kind.type) {
    case "switch":
      if (/^(1|true|yes|on)$/i.test(text)) return true;
      if (/^(0|false|no|off)$/i.test(text)) return false;
      throw usage(`${where} takes true or false, not "${text}"`, where, next);
    case "text":
      return text;
    case "choice": {
      if (kind.of.includes(text)) return text;
      const close = nearest(text, kind.of);
      const hint = close === null ? "" : `did you mean ${close}? `;
      throw usage(`${where} takes ${kind.of.join(", ")}, not "${text}"`, where, `${hint}${next}`);
    }
    case "switch_or_integer":
      if (/^(true|yes|on)$/i.test(text)) return true;
      if (/^(false|no|off)$/i.test(text)) return false;
      return readInteger(where, text, kind, next);
    case "integer":
      return readInteger(where, text, kind, next);
    case "share": {
      const value = /^(0|1|0?\.\d{1,6}|1\.0{1,6}|0\.0{1,6})$/.test(text) ? Number(text) : Number.NaN;
      if (value >= 0 && value <= 1) return value;
      throw usage(`${where} takes a number from 0 to 1, not "${text}"`, where, next);
    }
    case "duration":
      return readDuration(where, text, kind, next);
    default:
      return kind satisfies never;
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly or?: string;
}

function readInteger(where: string, text: string, { min, max, or }: Range, next: string): Value {
  if (text === or) return text;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const orWord = or === undefined ? "" : `, or ${or}`;
  throw usage(`${where} takes a whole number from ${min} to ${max}${orWord}, not "${text}"`, where, next);
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

function readDuration(where: string, text: string, kind: Extract<Kind, { type: "duration" }>, next: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d|w)?$/.exec(text);
  const unit = (match?.[2] ?? kind.unit) as keyof typeof unitMs;
  const ms = match === null ? Number.NaN : Number(match[1]) * unitMs[unit];
  if (ms >= kind.minMs && ms <= 100 * 365 * unitMs.d) return ms;
  const example = kind.unit === "h" ? "24h or 7d" : "30s or 2m";
  throw usage(`${where} takes a duration such as ${example}, not "${text}"`, where, next);
}
