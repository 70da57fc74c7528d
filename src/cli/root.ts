/** The table of commands, and which one a command line means. Commands are loaded when they are called. */

import { type CommandDef, defineCommand, runCommand } from "citty";
import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";
import { version } from "../core/version.ts";
import { writeOut } from "../run/output.ts";
import { lastExitCode, writeUsage } from "./command.ts";
import { type Group, groups as groupTable, type signatures } from "./table.ts";

type Load = () => Promise<CommandDef>;

/** In the order in which someone new would need them. One of two words, `config init`, stands under both of them. */
export const commands: Readonly<Record<keyof typeof signatures, Load>> = {
  demo: async () => (await import("./demo.ts")).demoCommand,
  import: async () => (await import("./import.ts")).importCommand,
  run: async () => (await import("./run.ts")).runCommand,
  stats: async () => (await import("./stats.ts")).statsCommand,
  serve: async () => (await import("./serve.ts")).serveCommand,
  export: async () => (await import("./export.ts")).exportCommand,
  "failures list": async () => (await import("./failures.ts")).failuresListCommand,
  "failures show": async () => (await import("./failures.ts")).failuresShowCommand,
  "failures retry": async () => (await import("./failures.ts")).failuresRetryCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  eval: async () => (await import("./eval.ts")).evalCommand,
  "config init": async () => (await import("./config-init.ts")).configInitCommand,
};

const loads: Readonly<Record<string, Load>> = commands;
const groups: Readonly<Record<string, Group>> = groupTable;

/** The words that may follow `group`; null: the first words. */
function wordsIn(group: string | null): string[] {
  const names = Object.keys(loads).map((name) => name.split(" "));
  const words = names
    .filter(([first]) => group === null || first === group)
    .map((name) => name[group === null ? 0 : 1]);
  return [...new Set(words.filter((word) => word !== undefined))];
}

/** A group, or all commands (null), as citty shows it in a usage. */
function usageOf(group: string | null): CommandDef {
  const loadOf = (word: string): Load => {
    if (group !== null) return loads[`${group} ${word}`] ?? missing;
    return Object.hasOwn(groups, word) ? async () => usageOf(word) : (loads[word] ?? missing);
  };
  const description =
    group === null
      ? "Describes the chunks of a SQLite database with a local language model, and loses no answer"
      : (groups[group]?.description ?? "");
  return defineCommand({
    meta: { name: group ?? "enrichd", description, ...(group === null ? { version } : {}) },
    subCommands: Object.fromEntries(wordsIn(group).map((word) => [word, loadOf(word)])),
  });
}

const missing: Load = () => {
  throw new Error("a word without its command");
};

/** Gives the exit code; throws a usage Problem when there is no such command. */
export async function runMain(args: readonly string[]): Promise<number> {
  const { group, word, rest } = namedBy(args);
  if (word === "--help" || word === "-h") {
    await writeUsage(usageOf(group), group);
    return 0;
  }
  if (word === "--version" || word === "-v") {
    await writeOut(`${version}\n`);
    return 0;
  }
  const name = group === null ? (word ?? "") : `${group} ${word ?? ""}`;
  const load = Object.hasOwn(loads, name) ? loads[name] : undefined;
  if (load === undefined) throw noCommand(group, word);
  await runCommand(await load(), { rawArgs: [...rest] });
  return lastExitCode();
}

/** The words of the command, and what is left for it to read. Of a group that has one, the usual word may be left out. */
function namedBy(args: readonly string[]): { group: string | null; word: string | null; rest: readonly string[] } {
  const [first = null, ...afterFirst] = args;
  if (first === null || !Object.hasOwn(groups, first)) return { group: null, word: first, rest: afterFirst };
  const [second = null, ...afterSecond] = afterFirst;
  const isLeftOut = second === null || (second.startsWith("-") && second !== "--help" && second !== "-h");
  const usual = groups[first]?.usual;
  if (usual !== undefined && isLeftOut) return { group: first, word: usual, rest: afterFirst };
  return { group: first, word: second, rest: afterSecond };
}

function noCommand(group: string | null, word: string | null): Problem {
  const path = ["enrichd", group].filter((part) => part !== null).join(" ");
  const words = wordsIn(group);
  const listed = `commands: ${words.join(", ")}; see \`${path} --help\``;
  if (word === null) return new Problem("usage", "no command is given", path, listed);
  if (word.startsWith("-")) return new Problem("usage", "the command comes before its flags", word, listed);
  // The second word alone is nearly the command: `enrichd retry`.
  const whole = Object.keys(loads).find((name) => group === null && name.endsWith(` ${word}`));
  const close = whole ?? nearest(word, words);
  const hint = close === null ? listed : `did you mean \`${path} ${close}\`? ${listed}`;
  return new Problem(
    "usage",
    `there is no command "${[group, word].filter((part) => part !== null).join(" ")}"`,
    word,
    hint,
  );
}
