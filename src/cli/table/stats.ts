/** The flags of `stats`, as data. */

import { breakdowns } from "../../core/choices.ts";
import type { Flags } from "../flags.ts";
import { common, json, toggle } from "./standard.ts";

export const stats: Flags = {
  ...common,
  by: { kind: { type: "choice", of: breakdowns }, help: "one number a row, by this, and all the rows", callOnly: true },
  watch: { kind: toggle, help: "go on, with new numbers every few seconds", callOnly: true },
  json: { ...json, help: "JSON on stdout; with --watch one object a line" },
};
