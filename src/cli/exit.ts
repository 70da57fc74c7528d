/** The end of every command: a Problem becomes a message of three parts and an exit code; anything else is our bug. */

import { codeOf, exitCodes } from "../core/exit-code.ts";
import { Problem } from "../core/problem.ts";
import { log, writeErr } from "../run/output.ts";
import type { Shutdown } from "../run/shutdown.ts";

/** The code of a command that was stopped: by a signal, or well by a person on the page, where a stop is to stay one. */
export function stopCode(shutdown: Shutdown): number {
  const signal = shutdown.received();
  if (signal === null) return exitCodes.done;
  return signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
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
