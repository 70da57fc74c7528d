/** The flags of `failures`, as data. */

import { elsewhere } from "../../core/choices.ts";
import { failureKinds } from "../../core/failure.ts";
import type { Flag, Flags } from "../flags.ts";
import { common, integer, json, toggle } from "./standard.ts";

const kind: Flag = {
  kind: { type: "choice", of: [...failureKinds, elsewhere] },
  help: "only failures of this kind; elsewhere is what another program has marked",
  callOnly: true,
};

export const listing: Flags = {
  ...common,
  kind,
  limit: { kind: integer(1, 1e6), value: "N", help: "show N chunks at most", default: "20", callOnly: true },
  offset: { kind: integer(0, 1e9), value: "N", help: "leave out the first N chunks", default: "0", callOnly: true },
  json,
};

export const showing: Flags = { ...common, json };

export const retrying: Flags = {
  ...common,
  kind,
  all: { kind: toggle, help: "every failed chunk", callOnly: true },
  json,
};
