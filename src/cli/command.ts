/** One command of ours as one of citty's: its usage from the table, its arguments read strictly, its exit code kept. */

import { type ArgsDef, type CommandDef, defineCommand, renderUsage } from "citty";
import { Problem } from "../core/problem.ts";
import { version } from "../core/version.ts";
import { writeErr, writeOut } from "../run/output.ts";
import { type CommandLine, helpOf, readCommandLine } from "./flags.ts";
import { readSettings, resolveSettings, type Settings } from "./settings.ts";
import { every, type Signature } from "./table.ts";

export interface Call {
  readonly settings: Settings;
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As it was read, for a command that also looks at the settings of others. */
  readonly line: CommandLine;
}

export interface CommandParts extends Signature {
  /** Gives the exit code, or throws a Problem. */
  readonly run: (call: Call) => Promise<number>;
  /** It works where variables or the config file are wrong: what is wrong there counts as not set. */
  readonly toleratesConfig?: true;
}

/** The exit code of the command that ran; citty hands none back. */
let exitCode = 0;
export const lastExitCode = (): number => exitCode;

export function command(parts: CommandParts): CommandDef {
  const args = argsOf(parts);
  const definition: CommandDef = defineCommand({
    meta: { name: parts.name, description: parts.description },
    args,
    run: async ({ rawArgs }) => {
      try {
        exitCode = await runParts(parts, rawArgs, definition);
      } catch (error) {
        if (error instanceof Problem && error.kind === "usage") writeErr(`usage: ${usageLine(parts)}\n`);
        throw error;
      }
    },
  });
  return definition;
}

const usageLine = ({ name, positional }: CommandParts): string =>
  ["enrichd", name, positional?.name, "[flags]"].filter((part) => part !== undefined).join(" ");

async function runParts(parts: CommandParts, rawArgs: readonly string[], definition: CommandDef): Promise<number> {
  if (rawArgs.includes("--help") || rawArgs.includes("-h")) {
    await writeUsage(definition, parts.name, rawArgs.includes("--no-color"));
    return 0;
  }
  if (rawArgs.includes("--version")) {
    await writeOut(`${version}\n`);
    return 0;
  }
  const line = readCommandLine(parts.name, rawArgs, parts.flags);
  const { positionals } = line;
  const extra = positionals[parts.positional === undefined ? 0 : (parts.positional.max ?? positionals.length)];
  if (extra !== undefined)
    throw new Problem("usage", `unexpected argument "${extra}"`, extra, `see \`enrichd ${parts.name} --help\``);
  const env = process.env;
  const read = [line, parts.flags, every, env] as const;
  const settings = parts.toleratesConfig === true ? readSettings(...read).settings : resolveSettings(...read);
  return parts.run({ settings, positionals, env, line });
}

/** Usage on stdout, as asked for; citty colours by environment alone, so colour goes when stdout is no terminal. */
export async function writeUsage(definition: CommandDef, name: string | null, isPlain = false): Promise<void> {
  const parent = name === null ? undefined : { meta: { name: "enrichd" } };
  const usage = await renderUsage(definition, parent);
  await writeOut(`${process.stdout.isTTY === true && !isPlain ? usage : Bun.stripANSI(usage)}\n`);
}

function argsOf({ flags, positional }: CommandParts): ArgsDef {
  const args: ArgsDef = {};
  if (positional !== undefined)
    args[positional.name] = { type: "positional", required: false, description: positional.help };
  for (const [name, flag] of Object.entries(flags)) {
    const { kind, value } = flag;
    const help = helpOf(flag);
    if (kind.type === "switch" || kind.type === "switch_or_integer")
      args[name] = { type: "boolean", description: help };
    // Not citty's enum: it would refuse a wrong value by itself, as an error that looks like a bug of ours.
    else if (kind.type === "choice") args[name] = { type: "string", description: help, valueHint: kind.of.join("|") };
    else args[name] = { type: "string", description: help, valueHint: value ?? "VALUE" };
  }
  return args;
}
