/** The flags of `import`, as data. */

import { formats } from "../../import/piece.ts";
import type { Flags } from "../flags.ts";
import { common, json, text, toggle } from "./standard.ts";

export const importing: Flags = {
  ...common,
  "claude-code": {
    kind: toggle,
    help: "all sessions of Claude Code (below ~/.claude/projects, or CLAUDE_CONFIG_DIR)",
    callOnly: true,
  },
  codex: { kind: toggle, help: "all sessions of Codex (below ~/.codex/sessions, or CODEX_HOME)", callOnly: true },
  git: {
    kind: text,
    value: "PATH",
    help: "the commits of a repository: message and changed files (repeatable)",
    repeatable: true,
    callOnly: true,
  },
  format: {
    kind: { type: "choice", of: formats },
    help: "how to read what is named (else by what is in it and its ending; standard input is text)",
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
  watch: {
    kind: toggle,
    help: "go on until Ctrl-C: what is added to the files, and new files, go in within two seconds",
    callOnly: true,
  },
  "from-start": {
    kind: toggle,
    help: "read growing files from their start, also where it is known how far they were read",
    callOnly: true,
  },
  json,
};
