/** Every flag of every command, as data: the usage, the strict reading, the settings and docs/cli.md all come from here. */

import { formats } from "../import/piece.ts";
import type { Flag, Flags } from "./flags.ts";

const text = { type: "text" } as const;
const toggle = { type: "switch" } as const;
const integer = (min: number, max: number) => ({ type: "integer", min, max }) as const;
const seconds = (minMs: number) => ({ type: "duration", unit: "s", minMs }) as const;

export const common: Flags = {
  db: {
    kind: text,
    value: "PATH",
    help: "the database (else a BrainLayer database at its place, else our own)",
    aliases: ["BRAINLAYER_DB"],
  },
  journal: { kind: text, value: "PATH", help: "where our journal is (else NAME.enrichd.db beside the database)" },
  config: { kind: text, value: "PATH", help: "the config file (else ~/.config/enrichd/config.toml)", callOnly: true },
  "lock-timeout": { kind: seconds(0), value: "TIME", help: "how long a lock may last before we end with 75 (60s)" },
  "no-color": { kind: toggle, help: "no colours" },
  help: { kind: toggle, help: "show this", callOnly: true },
  version: { kind: toggle, help: "show the version", callOnly: true },
};

const json: Flag = { kind: toggle, help: "JSON on stdout", callOnly: true };

const backend: Flags = {
  backend: {
    kind: { type: "choice", of: ["auto", "openai", "lexical"] },
    help: "what describes a chunk (auto: a model server on this machine)",
  },
  url: {
    kind: text,
    value: "URL",
    help: "the OpenAI-compatible server: its base, its /v1, or the whole path",
    aliases: ["BRAINLAYER_MLX_URL", "MLX_URL"],
  },
  model: {
    kind: text,
    value: "NAME",
    help: "the model to ask for (else what the server has loaded)",
    aliases: ["BRAINLAYER_MLX_MODEL"],
  },
  "api-key": { kind: text, value: "KEY", help: "sent as a bearer token; better set in the environment" },
};

export const run: Flags = {
  ...common,
  ...backend,
  max: { kind: integer(1, 1e9), value: "N", help: "ask about N chunks at most", callOnly: true },
  recent: {
    kind: { type: "duration", unit: "h", minMs: 1 },
    value: "TIME",
    help: "only chunks created in the last 24h, 7d, … (a bare number is hours)",
  },
  project: { kind: text, value: "NAME", help: "only this project (repeatable)", repeatable: true },
  "content-type": { kind: text, value: "TYPE", help: "only this content type (repeatable)", repeatable: true },
  source: { kind: text, value: "NAME", help: "only this source (repeatable)", repeatable: true },
  "min-chars": { kind: integer(0, 1e9), value: "N", help: "only chunks of at least N characters (50; 15 for chats)" },
  parallel: { kind: integer(1, 128), value: "N", help: "questions at a time (4)" },
  attempts: { kind: integer(1, 100), value: "N", help: "failures of its own after which a chunk is given up (3)" },
  "no-context": { kind: toggle, help: "without the neighbouring chunks of a conversation" },
  upgrade: { kind: toggle, help: "also chunks that only the lexical backend has described", callOnly: true },
  watch: { kind: toggle, help: "wait for more when nothing is left", callOnly: true },
  "dry-run": { kind: toggle, help: "say what would be asked, and ask nothing", callOnly: true },
  timeout: { kind: seconds(1), value: "TIME", help: "the longest one answer may take (10m)" },
  "first-token-timeout": { kind: seconds(1), value: "TIME", help: "the longest silence before an answer begins (4m)" },
  "stall-timeout": {
    kind: seconds(1),
    value: "TIME",
    help: "the longest silence inside an answer (60s)",
    aliases: ["BRAINLAYER_MLX_TIMEOUT"],
  },
  "backend-wait": { kind: seconds(0), value: "TIME", help: "how long a backend that worked may be gone (10m)" },
  "answers-max": { kind: integer(1, 1e7), value: "N", help: "answers that may wait for a locked database (10000)" },
  grace: { kind: seconds(0), value: "TIME", help: "what questions in flight get to finish after Ctrl-C (10s)" },
  json: { ...json, help: "NDJSON events on stdout" },
  quiet: { kind: toggle, help: "only errors on stderr", callOnly: true },
  verbose: { kind: toggle, help: "each chunk on stderr", callOnly: true },
};

export const stats: Flags = { ...common, json };

export const importing: Flags = {
  ...common,
  format: {
    kind: { type: "choice", of: formats },
    help: "how to read what is named (else by its ending; standard input is text)",
    callOnly: true,
  },
  project: {
    kind: text,
    value: "NAME",
    help: "the project of the chunks (else what a line says, or the folder's name)",
    callOnly: true,
  },
  source: {
    kind: text,
    value: "NAME",
    help: "the source of the chunks (else what a line says, or import)",
    callOnly: true,
  },
  "id-field": { kind: text, value: "NAME", help: "the JSONL field of the id (id)", callOnly: true },
  "text-field": { kind: text, value: "NAME", help: "the JSONL field of the text (text, content)", callOnly: true },
  strict: {
    kind: toggle,
    help: "stop with 65 at the first thing that cannot be read; what came before is in",
    callOnly: true,
  },
  json,
};

export const exporting: Flags = {
  ...common,
  format: {
    kind: { type: "choice", of: ["jsonl", "csv", "markdown"] },
    help: "the format (jsonl); in csv, a cell that a spreadsheet would run as a formula gets a ' in front",
    callOnly: true,
  },
  all: { kind: toggle, help: "also chunks without an enrichment", callOnly: true },
};

export const demo: Flags = {
  ...common,
  ...backend,
};

/** All flags that a config file may hold. */
export const every: Flags = { ...demo, ...exporting, ...importing, ...stats, ...run };

export interface Signature {
  readonly name: string;
  readonly description: string;
  readonly flags: Flags;
  /** Arguments without a flag, as the usage shows them; without it there are none. */
  readonly positional?: { readonly name: string; readonly help: string };
}

/** In the order in which someone new would need them. */
export const signatures = {
  demo: { name: "demo", description: "Do the whole job on bundled text, in a temporary database", flags: demo },
  import: {
    name: "import",
    description: "Take text into a database of our own: Markdown, plain text, JSONL",
    flags: importing,
    positional: { name: "PATH…|-", help: "files and folders, or - for standard input" },
  },
  run: { name: "run", description: "Enrich what is pending", flags: run },
  stats: { name: "stats", description: "Show what is done, what is left, and which failures there were", flags: stats },
  export: { name: "export", description: "Write the enrichments to standard output", flags: exporting },
} as const satisfies Readonly<Record<string, Signature>>;
