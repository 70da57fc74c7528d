/** The flags of `serve`, as data. */

import type { Flags } from "../flags.ts";
import { common, integer, open, text } from "./standard.ts";

export const serving: Flags = {
  ...common,
  port: {
    kind: integer(1, 65_535),
    value: "N",
    help: "the port of the page (else 4477, or the next one that is free)",
    example: "4477",
  },
  host: {
    kind: text,
    value: "ADDRESS",
    help: "the address to listen at; any but this machine's own needs the token that is printed then",
    default: "127.0.0.1",
  },
  open,
};
