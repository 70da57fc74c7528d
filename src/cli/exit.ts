/** The end of every command: a Problem becomes a message of three parts and an exit code; anything else is our bug. */

import { systemClock } from "../core/clock.ts";
import { codeOf, exitCodes } from "../core/exit-code.ts";
import { Problem } from "../core/problem.ts";
import { log, writeErr } from "../run/output.ts";
import { listenForSignals, type Shutdown } from "../run/shutdown.ts";

/** The code of a command that was stopped: by a signal, or well by a person on the page, where a stop is to stay one. */
export function stopCode(shutdown: Shutdown): number {
  const signal = shutdown.received();
  if (signal === null) return exitCodes.done;
  return signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
}

/** One transaction takes milliseconds; whatever hangs longer after a stop is left. */
const graceMs = 2_000;

/** Work that a first signal stops and a second ends at once. `work` gives whether it was stopped before its end. */
export async function stoppable(
  onFirst: (signal: string) => void,
  work: (stopping: AbortSignal) => Promise<boolean>,
): Promise<number> {
  const shutdown = listenForSignals({ graceMs, sleep: systemClock.sleep, onFirst });
  shutdown.aborting.addEventListener("abort", () => process.exit(stopCode(shutdown)));
  try {
    return (await work(shutdown.stopping)) ? stopCode(shutdown) : exitCodes.done;
  } catch (error) {
    // Whatever waited for a lock when the stop came has ended with the stop.
    if (shutdown.received() !== null && error === shutdown.stopping.reason) return stopCode(shutdown);
    throw error;
  } finally {
    shutdown.close();
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
