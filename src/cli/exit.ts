/** The end of every command: a Problem becomes a message of three parts and an exit code; anything else is our bug. */

import { Problem, type ProblemKind } from "../core/problem.ts";
import { log, writeErr } from "../run/output.ts";

/** The contract's exit codes (sysexits where one fits). */
export const exitCodes = {
  done: 0,
  bug: 1,
  quarantine: 3,
  interrupted: 130,
  terminated: 143,
} as const;

export function codeOf(kind: ProblemKind): number {
  switch (kind) {
    case "usage":
      return 2;
    case "bad_input":
      return 65;
    case "not_found":
      return 66;
    case "no_backend":
      return 69;
    case "cannot_create":
      return 73;
    case "io":
      return 74;
    case "locked":
      return 75;
    case "permission":
      return 77;
    case "config":
      return 78;
    default:
      return kind satisfies never;
  }
}

/** Runs a command and gives its exit code; what goes wrong is told on stderr. */
export async function exitCodeOf(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof Problem)) {
      log.error(error);
      writeErr("This is a bug of enrichd. Please report it with the lines above and the command you ran.\n");
      return exitCodes.bug;
    }
    writeErr(`enrichd: ${error.message}\n  where: ${error.where}\n  next:  ${error.next}\n`);
    return codeOf(error.kind);
  }
}
