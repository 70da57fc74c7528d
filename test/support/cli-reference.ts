/** docs/cli.md, made from the command table: `UPDATE_DOCS=1 bun test test/cli/reference.test.ts` writes it anew. */

import { type Alias, type Flag, helpOf } from "../../src/cli/flags.ts";
import { envName } from "../../src/cli/settings.ts";
import { common } from "../../src/cli/table/standard.ts";
import { type Signature, signatures } from "../../src/cli/table.ts";
import { codeOf } from "../../src/core/exit-code.ts";

const exits: readonly (readonly [code: number, meaning: string])[] = [
  [0, "done: nothing left, or the limit was reached"],
  [1, "a bug of ours: the message asks for a report"],
  [codeOf("usage"), "the command line is wrong"],
  [3, "done, but this run gave up some chunks"],
  [codeOf("bad_input"), "the input is not what it says: a line of JSONL, a database that is none"],
  [codeOf("not_found"), "the input is not there"],
  [codeOf("no_backend"), "no backend, or it was given up"],
  [codeOf("cannot_create"), "a file cannot be made, or the port of the status page cannot be had"],
  [codeOf("io"), "the disk is full, or cannot be read or written"],
  [codeOf("locked"), "a lock lasted longer than `--lock-timeout`: try again later"],
  [codeOf("permission"), "not permitted"],
  [codeOf("config"), "the configuration is wrong"],
  [130, "ended by SIGINT: what was answered is kept"],
  [143, "ended by SIGTERM or SIGHUP: what was answered is kept"],
];

export function cliReference(): string {
  const sections = Object.values<Signature>(signatures).map(
    (signature) => `## ${usageOf(signature)}
${signature.description}.

${flagTable(Object.entries(signature.flags).filter(([name]) => !Object.hasOwn(common, name)))}`,
  );
  return `# Commands

Made from the command table (\`src/cli/table.ts\`); a test compares. What the JSON holds is in [json.md](json.md).

A setting comes from its flag, else from its variable (\`ENRICHD_…\`, then the other names given below, which users of
BrainLayer have set already), else from the config file, else it has its default. In the config file, TOML, the names have
underscores: \`lock_timeout = "2m"\`. A flag marked † is for one call only and has no variable.

## Every command
${flagTable(Object.entries(common))}

${sections.join("\n\n")}

## Exit codes
| code | meaning |
| --- | --- |
${exits.map(([code, meaning]) => `| ${code} | ${meaning} |`).join("\n")}

Every message of failure has three parts: what happened, where, and what to do next.
`;
}

const usageOf = ({ name, positional }: Signature): string =>
  ["enrichd", name, positional?.name].filter((part) => part !== undefined).join(" ");

function flagTable(flags: readonly (readonly [string, Flag])[]): string {
  const rows = flags.map(([name, flag]) => {
    const mark = flag.callOnly === true ? " †" : "";
    return `| \`--${name}${placeholderOf(flag)}\`${mark} | ${cell(helpOf(flag))} | ${variablesOf(name, flag)} |`;
  });
  return ["| flag | what it does | variables |", "| --- | --- | --- |", ...rows].join("\n");
}

function placeholderOf({ kind, value }: Flag): string {
  if (kind.type === "switch") return "";
  if (kind.type === "switch_or_integer") return `[=${value ?? "VALUE"}]`;
  return kind.type === "choice" ? ` ${kind.of.join("\\|")}` : ` ${value ?? "VALUE"}`;
}

const aliasText = (alias: Alias): string =>
  typeof alias === "string" ? `\`${alias}\`` : `\`${alias.name}\` (${alias.backends.join(", ")})`;

function variablesOf(name: string, { callOnly, aliases = [] }: Flag): string {
  return callOnly === true ? "" : [`\`${envName(name)}\``, ...aliases.map(aliasText)].join(", ");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
