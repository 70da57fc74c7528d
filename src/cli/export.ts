/** `enrichd export`: what was written about the chunks, to standard output. It reads only, any layout. */

import { systemClock, systemRandom } from "../core/clock.ts";
import { exitCodes } from "../core/exit-code.ts";
import { plural } from "../core/format.ts";
import { exportFormats } from "../export/format.ts";
import { exportRows } from "../run/exporting.ts";
import { log, writeOut } from "../run/output.ts";
import { type Call, command } from "./command.ts";
import { isOn, lockTimeoutOf, pathsOf } from "./run-settings.ts";
import { signatures } from "./table.ts";

export const exportCommand = command({ ...signatures.export, run: runExport });

async function runExport({ settings, env }: Call): Promise<number> {
  const format = settings.get("format")?.value as keyof typeof exportFormats;
  const all = isOn(settings, "all");
  const rows = await exportRows({
    ...{ paths: pathsOf(settings, env), format: exportFormats[format], all, write: writeOut },
    waiting: { clock: systemClock, random: systemRandom, timeoutMs: lockTimeoutOf(settings) },
    onSnapshot: () => log.warn("the database is locked or read-only: written is what its file holds without its WAL"),
    onUnreadable: ({ message }) => log.warn(`fields of your own are left out: ${message}`),
  });
  if (process.stderr.isTTY === true) log.info(`${plural(rows, "chunk")} written`);
  if (rows === 0 && !all) log.info("nothing is described yet: `enrichd run` does it; --all also writes what is not");
  return exitCodes.done;
}
