/** Every command with its flags, as data: the usage, the strict reading, the settings and docs/cli.md all come from here. */

import type { Flags } from "./flags.ts";
import { exporting } from "./table/export.ts";
import { importing } from "./table/import.ts";
import { run } from "./table/run.ts";
import { backend, common, json } from "./table/standard.ts";

export const stats: Flags = { ...common, json };

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
