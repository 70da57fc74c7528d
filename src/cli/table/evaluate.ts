/** The flags of `eval`, as data. */

import type { Flags } from "../flags.ts";
import { backend, common, integer, json, prompt, quality, text } from "./standard.ts";

/** Several at once: for one call only, since a setting that is kept is one. */
const several = { repeatable: true, callOnly: true } as const;

const { kind, help } = backend["backend"] ?? { kind: text, help: "" };

export const evaluating: Flags = {
  ...common,
  ...backend,
  pairs: {
    kind: text,
    value: "FILE",
    help: 'JSONL, each line {"text": …, "reference": …}: what a person says of the text',
    callOnly: true,
  },
  backend: { kind, help: `${help} (repeatable)`, ...several },
  prompt: { kind: text, value: "NAME|FILE", help: `${prompt.help} (repeatable)`, ...several },
  quality,
  max: { kind: integer(1, 1e6), value: "N", help: "the first N pairs", callOnly: true },
  parallel: {
    kind: integer(1, 128),
    value: "N",
    help: "questions at a time; only alone does a text take the time that it takes",
    default: "1",
    callOnly: true,
  },
  seed: { kind: integer(0, 2 ** 32 - 1), value: "N", help: "of the resampling", default: "1", callOnly: true },
  json,
};
