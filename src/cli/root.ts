/** The table of commands, and which one a command line means. Commands are loaded when they are called. */

import { type CommandDef, defineCommand, runCommand } from "citty";
import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";
import { version } from "../core/version.ts";
import { writeOut } from "../run/output.ts";
import { lastExitCode, writeUsage } from "./command.ts";

type Load = () => Promise<CommandDef>;

/** In the order in which someone new would need them. */
export const commands: Readonly<Record<string, Load>> = {
  demo: async () => (await import("./demo.ts")).demoCommand,
  import: async () => (await import("./import.ts")).importCommand,
  run: async () => (await import("./run.ts")).runCommand,
  stats: async () => (await import("./stats.ts")).statsCommand,
  export: async () => (await import("./export.ts")).exportCommand,
};

export const root: CommandDef = defineCommand({
  meta: {
    name: "enrichd",
    version,
    description: "Describes the chunks of a SQLite database with a local language model, and loses no answer",
  },
  subCommands: commands,
});

/** Gives the exit code; throws a usage Problem when there is no such command. */
export async function runMain(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const names = Object.keys(commands);
  const listed = `commands: ${names.join(", ")}; see \`enrichd --help\``;
  if (name === undefined) throw new Problem("usage", "no command is given", "enrichd", listed);
  if (name === "--help" || name === "-h") {
    await writeUsage(root, null);
    return 0;
  }
  if (name === "--version" || name === "-v") {
    await writeOut(`${version}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const close = nearest(name, names);
    const what = name.startsWith("-") ? "the command comes before its flags" : `there is no command "${name}"`;
    throw new Problem("usage", what, name, close === null ? listed : `did you mean \`enrichd ${close}\`? ${listed}`);
  }
  await runCommand(await load(), { rawArgs: [...rest] });
  return lastExitCode();
}
