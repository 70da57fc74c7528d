/** Doctor's look at the settings: each with its value and its source, and what is odd about the variables. Pure. */

import { nearest } from "../core/nearest.ts";
import type { Problem } from "../core/problem.ts";
import { type Finding, findingsOf } from "../run/doctor/finding.ts";
import type { Flag, Flags, Value } from "./flags.ts";
import { aliasName, type Env, envName, type Setting, type Settings } from "./settings.ts";

export interface ShownSetting {
  /** As the config file takes it; null where it is not set and has no default. Of a secret only whether it is set. */
  readonly value: string | number | boolean | readonly string[] | null;
  /** A flag, a variable, the path of the config file, `default`; null where it is not set. */
  readonly from: string | null;
}

export function shownSettings(settings: Settings, flags: Flags): Record<string, ShownSetting> {
  const shown = Object.entries(flags).map(([name, flag]) => {
    const setting = settings.get(name);
    const key = name.replaceAll("-", "_");
    if (flag.secret === true) return [key, secret(setting)] as const;
    return [key, setting === undefined ? { value: null, from: null } : shownSetting(setting, flag)] as const;
  });
  return Object.fromEntries(shown);
}

const secret = (setting: Setting | undefined): ShownSetting =>
  setting === undefined ? { value: "not set", from: null } : { value: "set", from: setting.from };

function shownSetting({ value, from }: Setting, { kind }: Flag): ShownSetting {
  if (kind.type === "duration" && typeof value === "number") return { value: durationOf(value), from };
  return { value: withoutPassword(value), from };
}

/** As somebody would write it: 90s, 10m, 7d. */
function durationOf(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ] as const;
  const [unit, length] = units.find(([, length]) => ms >= length && ms % length === 0) ?? ["ms", 1];
  return `${ms / length}${unit}`;
}

/** An address with a password in it is refused elsewhere; here it must not be shown. */
const withoutPassword = (value: Value): Value =>
  typeof value === "string" ? value.replace(/^(\w+:\/\/)[^/@]*@/, "$1…@") : value;

/** `problems`: what is wrong in the variables and the file. Each is a finding; the rest of the settings holds. */
export function configFindings(
  path: string | null,
  isThere: boolean,
  problems: readonly Problem[],
): readonly Finding[] {
  const found = findingsOf("config");
  for (const problem of problems) found.fail("setting", problem);
  const isTold = path !== null && problems.some(({ where }) => where.includes(path));
  if (path === null) found.ok("file", "none: no place for one is known");
  else if (!isThere && !isTold) found.ok("file", "none, so variables and defaults hold", path, "enrichd config init");
  else if (!isTold) found.ok("file", "each setting in it is known and valid", path);
  return found.all;
}

/** What BrainLayer's own programs read, and enrichd has no use for; its users may take it for a setting of ours. */
const brainlayers = [
  ...["ENRICH_BACKEND", "OLLAMA_URL", "ENRICH_MODEL", "GROQ_URL", "GROQ_MODEL", "STALL_TIMEOUT", "MAX_RETRIES"],
  ...["RETRY_BASE_DELAY", "RETRY_MAX_DELAY", "CIRCUIT_BREAKER", "BATCH_FAIL_RATIO", "HEALTH_PAUSE", "MLX_AUTO_RESTART"],
  ...["MLX_RESTART_WAIT", "HEARTBEAT_INTERVAL", "SANITIZE_OWNER_NAMES", "SANITIZE_OWNER_EMAILS"],
  ...["SANITIZE_OWNER_PATHS", "SANITIZE_EXTRA_NAMES"],
].map((name) => `BRAINLAYER_${name}`);

export function environmentFindings(env: Env, flags: Flags): readonly Finding[] {
  const found = findingsOf("environment");
  const isSet = (name: string): boolean => (env[name] ?? "").trim() !== "";
  const known = new Set(["ENRICHD_CONFIG"]);
  for (const [name, flag] of Object.entries(flags)) {
    const aliases = flag.aliases ?? [];
    for (const each of [envName(name), ...aliases.map(aliasName)]) known.add(each);
    // Those that hold with one backend only are in nobody's way.
    const always = aliases.filter((alias) => typeof alias === "string");
    const [first, ...others] = [envName(name), ...always].filter(isSet);
    const rival = others.find(
      (other) => first !== undefined && meantBy(other, flag, env) !== meantBy(first, flag, env),
    );
    // Not their values: one may be a secret, or have a password in it.
    if (first !== undefined && rival !== undefined)
      found.warn("conflict", `${first} and ${rival} are both set and differ; ${first} holds`, first, `unset ${rival}`);
  }
  for (const name of Object.keys(env).filter((name) => isSet(name) && !known.has(name))) {
    if (name.startsWith("ENRICHD_")) {
      const close = nearest(name, [...known]);
      const hint = close === null ? "" : `did you mean ${close}? `;
      found.warn("unknown", `${name} is set, and no setting has that name`, name, `${hint}unset ${name}`);
    } else if (brainlayers.includes(name))
      found.warn(
        "unused",
        `${name} is set for BrainLayer, and enrichd does not read it`,
        name,
        "enrichd config init --print",
      );
  }
  const used = [...known].filter((name) => isSet(name));
  if (found.all.length === 0)
    found.ok("variables", used.length === 0 ? "none of ours is set" : `set: ${used.join(", ")}`);
  return found.all;
}

/** BrainLayer counts the retries, we the tries. */
function meantBy(name: string, { aliases = [], aliasesAdd = 0 }: Flag, env: Env): string {
  const text = (env[name] ?? "").trim();
  return aliasesAdd !== 0 && aliases.includes(name) ? String(Number(text) + aliasesAdd) : text;
}
