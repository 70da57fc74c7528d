/** The flags of `export`, as data. */

import type { Flags } from "../flags.ts";
import { common, toggle } from "./standard.ts";

export const exporting: Flags = {
  ...common,
  format: {
    kind: { type: "choice", of: ["jsonl", "csv", "markdown"] },
    help: "the format; in csv, a cell that a spreadsheet would run as a formula gets a ' in front",
    default: "jsonl",
    callOnly: true,
  },
  all: { kind: toggle, help: "also chunks without an enrichment", callOnly: true },
};
