/** The config file as `config init` writes it: every setting of the command table, explained and commented out. Pure. */

import type { Flag, Flags } from "./flags.ts";
import type { Signature } from "./table.ts";

const head = `# Settings of enrichd. Take the # off a line, and it holds. A flag or a variable (ENRICHD_…) goes before what is here.
# \`enrichd doctor\` checks this file.
`;

/** What each command may take from the file, each setting once, under the commands that it is for. */
export function configText(signatures: readonly Signature[]): string {
  const flags = new Map<string, Flag>();
  const users = new Map<string, string[]>();
  for (const { name, flags: theirs } of signatures) {
    for (const [key, flag] of kept(theirs)) {
      flags.set(key, flag);
      users.set(key, [...(users.get(key) ?? []), name]);
    }
  }
  const sections = new Map<string, string[]>();
  for (const [key, flag] of flags) {
    const names = users.get(key) ?? [];
    const title = names.length === signatures.length ? "Every command" : `enrichd ${names.join(", ")}`;
    sections.set(title, [
      ...(sections.get(title) ?? []),
      `# ${capitalized(flag.help)}${choicesOf(flag)}.\n${lineOf(key, flag)}`,
    ]);
  }
  const said = [...sections].map(([title, settings]) => `\n## ${title}\n\n${settings.join("\n\n")}\n`);
  return head + said.join("");
}

const kept = (flags: Flags): [string, Flag][] => Object.entries(flags).filter(([, { callOnly }]) => callOnly !== true);

const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const choicesOf = ({ kind }: Flag): string => (kind.type === "choice" ? `: ${kind.of.join(", ")}` : "");

/** \`#name = value\`: without a space, which tells it from what only explains. */
function lineOf(key: string, flag: Flag): string {
  return `#${key.replaceAll("-", "_")} = ${tomlOf(flag)}`;
}

function tomlOf({ kind, default: otherwise, example, value, repeatable }: Flag): string {
  if (kind.type === "switch" || kind.type === "switch_or_integer") return otherwise ?? example ?? "false";
  const text = otherwise ?? example ?? value ?? "";
  const one = kind.type === "integer" || kind.type === "share" ? text : JSON.stringify(text);
  return repeatable === true ? `[${one}]` : one;
}
