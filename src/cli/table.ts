/** Every command with its flags, as data: the usage, the strict reading, the settings and docs/cli.md all come from here. */

import type { Flags } from "./flags.ts";
import { evaluating } from "./table/evaluate.ts";
import { exporting } from "./table/export.ts";
import { listing, retrying, showing } from "./table/failures.ts";
import { importing } from "./table/import.ts";
import { mlx } from "./table/mlx.ts";
import { run } from "./table/run.ts";
import { serving } from "./table/serve.ts";
import { backend, common, json, toggle } from "./table/standard.ts";
import { stats } from "./table/stats.ts";

export const demo: Flags = {
  ...common,
  ...backend,
  ...mlx,
};

export interface Signature {
  /** One word, or the group and a word of it. */
  readonly name: string;
  readonly description: string;
  readonly flags: Flags;
  /** Arguments without a flag, as the usage shows them; without it there are none. */
  readonly positional?: { readonly name: string; readonly help: string; readonly max?: number };
}

/** The first word of commands of two: `config` of `config init`. */
export interface Group {
  readonly description: string;
  /** The word that is meant where none is given. */
  readonly usual?: string;
}

export const groups: Readonly<Record<string, Group>> = {
  failures: { description: "The chunks that failed: which, why, and another try", usual: "list" },
  config: { description: "The file that settings are kept in" },
};

const doctor: Flags = {
  ...common,
  ...backend,
  ...mlx,
  "no-question": { kind: toggle, help: "ask no model, which takes it some seconds", callOnly: true },
  json,
};

const configInit: Flags = {
  ...common,
  print: { kind: toggle, help: "to standard output, and write no file", callOnly: true },
  force: { kind: toggle, help: "where there is one already, keep a copy of it and write a new one", callOnly: true },
};

/** In the order in which someone new would need them. */
export const signatures = {
  demo: { name: "demo", description: "Do the whole job on bundled text, in a temporary database", flags: demo },
  import: {
    name: "import",
    description: "Take text into a database of our own: conversations, Markdown, plain text, JSONL",
    flags: importing,
    positional: { name: "PATH…|-", help: "files and folders, or - for standard input" },
  },
  run: { name: "run", description: "Enrich what is pending", flags: run },
  stats: { name: "stats", description: "Show what is done, what is left, and which failures there were", flags: stats },
  serve: { name: "serve", description: "Show the status page, with or without a run going on", flags: serving },
  export: { name: "export", description: "Write the enrichments to standard output", flags: exporting },
  "failures list": {
    name: "failures list",
    description: "Show the failed chunks by kind, and one by one, the latest first",
    flags: listing,
  },
  "failures show": {
    name: "failures show",
    description: "Show a chunk with each attempt at it: what was asked, what came back",
    flags: showing,
    positional: { name: "ID", help: "the chunk, or a beginning of its id that no other has", max: 1 },
  },
  "failures retry": {
    name: "failures retry",
    description: "Put failed chunks back as pending, with all their tries",
    flags: retrying,
    positional: { name: "ID…", help: "chunks; or --kind KIND, or --all" },
  },
  doctor: {
    name: "doctor",
    description: "Look at everything that a run stands on, and say what is wrong and what to do; nothing is changed",
    flags: doctor,
  },
  eval: {
    name: "eval",
    description: "Measure backends and prompts on texts whose description is known",
    flags: evaluating,
  },
  "config init": {
    name: "config init",
    description: "Write a config file with every setting in it, each commented out",
    flags: configInit,
  },
} as const satisfies Readonly<Record<string, Signature>>;

/** All settings that a variable or the config file may hold, of whichever command. */
export const every: Flags = Object.fromEntries(
  Object.values<Signature>(signatures)
    .flatMap(({ flags }) => Object.entries(flags))
    .filter(([, { callOnly }]) => callOnly !== true),
);
