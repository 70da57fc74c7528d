/** What a person can do about a model server that fails, where its failure says more than "look at its log". Pure. */

import type { Failure } from "../core/failure.ts";
import type { CauseKind } from "../core/supervision-state.ts";
import { installMlx } from "../supervisor/mlx.ts";

/** Null where nothing more is known than its kind. */
export function stepFor(failure: Failure): string | null {
  switch (failure.kind) {
    case "unusable_reply":
      return failure.reason === "not_api" ? notTheApi : null;
    // A redirect is not followed: it would take the text to an address that nobody named.
    case "bad_request":
      return failure.status < 400 ? "name the address of the API itself with --url" : null;
    case "unreachable":
      return unreached[failure.reason] ?? null;
    case "gone":
      return ended[causeOf(failure.detail) as CauseKind] ?? null;
    default:
      return null;
  }
}

/** A page in place of an answer is not the model's doing. */
const notTheApi = "what answers there is not the API of a model server: check --url";
export const startOne = "start the model server, or name one that runs with --url";

const unreached: Partial<Record<Extract<Failure, { kind: "unreachable" }>["reason"], string>> = {
  ...{ refused: startOne, dns: startOne },
  // Bun has no word of ours for a certificate: the variable is Node's.
  tls: "name the certificate's file in NODE_EXTRA_CA_CERTS, or give the server's http:// address: it is on this machine",
};

/** Of a server that we start. */
const ended: Partial<Record<CauseKind, string>> = {
  not_installed: `check --mlx-command, or install mlx-lm for it: ${installMlx.join(", or ")}`,
  flags_refused:
    "it is too old an mlx-lm for our flags, or another program: check --mlx-command, or: uv tool upgrade mlx-lm",
  port_taken: "name another port with --mlx-port, or none",
  disk_full: "make room on the disk",
  out_of_memory: "name a smaller model with --model, or ask less at a time with --parallel 1",
};

/** `gone` begins with the cause of the last end, as backends/mlx.ts writes it. */
const causeOf = (detail: string): string => /^(\w+):/.exec(detail)?.[1] ?? "";
