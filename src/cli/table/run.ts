/** The flags of `run`, as data. */

import type { Flags } from "../flags.ts";
import { failing } from "./failing.ts";
import { mlx } from "./mlx.ts";
import { backend, common, integer, json, open, prompt, quality, schema, seconds, text, toggle } from "./standard.ts";

export const run: Flags = {
  ...common,
  ...backend,
  ...mlx,
  prompt,
  schema,
  max: { kind: integer(1, 1e9), value: "N", help: "ask about N chunks at most", callOnly: true },
  recent: {
    kind: { type: "duration", unit: "h", minMs: 1 },
    value: "TIME",
    help: "only chunks created in the last 24h, 7d, … (a bare number is hours)",
    example: "7d",
  },
  project: { kind: text, value: "NAME", help: "only this project (repeatable)", repeatable: true },
  "content-type": { kind: text, value: "TYPE", help: "only this content type (repeatable)", repeatable: true },
  source: { kind: text, value: "NAME", help: "only this source (repeatable)", repeatable: true },
  "min-chars": {
    kind: integer(0, 1e9),
    value: "N",
    help: "only chunks of at least N characters (else 50; 15 for chats)",
    example: "50",
  },
  parallel: {
    kind: { ...integer(1, 128), or: "auto" },
    value: "N|auto",
    help: "questions at a time; auto finds out how many bring most",
    default: "4",
  },
  "parallel-max": { kind: integer(1, 128), value: "N", help: "the most that auto tries", default: "16" },
  quality,
  "no-context": { kind: toggle, help: "without the neighbouring chunks of a conversation" },
  upgrade: { kind: toggle, help: "also chunks that only the lexical backend has described", callOnly: true },
  watch: { kind: toggle, help: "wait for more when nothing is left", callOnly: true },
  status: {
    kind: { type: "switch_or_integer", min: 1, max: 65_535 },
    value: "PORT",
    help: "the status page beside the work, at 127.0.0.1 (port 4477, or the next one that is free)",
  },
  open,
  "dry-run": { kind: toggle, help: "say what would be asked, and ask nothing", callOnly: true },
  timeout: { kind: seconds(1), value: "TIME", help: "the longest one answer may take", default: "10m" },
  "connect-timeout": {
    kind: seconds(1),
    value: "TIME",
    help: "the longest until a server accepts a connection, TLS handshake included",
    default: "10s",
  },
  "first-token-timeout": {
    kind: seconds(1),
    value: "TIME",
    help: "the longest silence before an answer begins",
    default: "4m",
  },
  "stall-timeout": {
    kind: seconds(1),
    value: "TIME",
    help: "the longest silence inside an answer, and of a whole mlx server",
    default: "60s",
    aliases: ["BRAINLAYER_MLX_TIMEOUT", "BRAINLAYER_STALL_TIMEOUT"],
  },
  ...failing,
  "answers-max": {
    kind: integer(1, 1e7),
    value: "N",
    help: "answers that may wait for a locked database",
    default: "10000",
  },
  grace: {
    kind: seconds(0),
    value: "TIME",
    help: "what questions in flight get to finish after Ctrl-C",
    default: "10s",
  },
  log: {
    kind: text,
    value: "PATH|none",
    help: "where events are kept as NDJSON, in four files of 10 MB at most (else enrichd.log in the folder for our state)",
  },
  "log-text": { kind: toggle, help: "also what servers said of chunks, which may repeat their text" },
  json: { ...json, help: "NDJSON events on stdout" },
  quiet: { kind: toggle, help: "only errors on stderr", callOnly: true },
  verbose: { kind: toggle, help: "each chunk on stderr", callOnly: true },
};
