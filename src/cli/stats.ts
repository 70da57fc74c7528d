/** `enrichd stats`: what is done, what is left, how fast, which failures. It reads only. */

import { systemClock, systemRandom } from "../core/clock.ts";
import { exitCodes } from "../core/exit-code.ts";
import { log, writeOut } from "../run/output.ts";
import { readStats } from "../run/read-stats.ts";
import { command } from "./command.ts";
import { isOn, pathsOf } from "./run-settings.ts";
import { statsText } from "./stats-text.ts";
import { signatures } from "./table.ts";

export const statsCommand = command({
  ...signatures.stats,
  run: async ({ settings, env }) => {
    const stats = await readStats({ paths: pathsOf(settings, env), clock: systemClock, random: systemRandom });
    if (stats.snapshot) log.warn("the database is locked or read-only: shown is what its file holds without its WAL");
    const wallMs = systemClock.wallMs();
    await writeOut(isOn(settings, "json") ? `${JSON.stringify(stats)}\n` : statsText(stats, wallMs));
    return exitCodes.done;
  },
});
