/** `enrichd stats`: what is done, what is left, how fast, which failures; once, or again and again. It reads only. */

import type { Breakdown } from "../core/choices.ts";
import { systemClock, systemRandom } from "../core/clock.ts";
import { exitCodes } from "../core/exit-code.ts";
import { log, writeOut } from "../run/output.ts";
import { readStats } from "../run/read-stats.ts";
import { listenForSignals } from "../run/shutdown.ts";
import { readStatsBy } from "../run/stats-by.ts";
import { type Call, command } from "./command.ts";
import { stopCode } from "./exit.ts";
import { isOn, pathsOf, textOf } from "./run-settings.ts";
import type { Settings } from "./settings.ts";
import { statsByText, statsText } from "./stats-text.ts";
import { signatures } from "./table.ts";
import type { TextStyle } from "./text-table.ts";

export const statsCommand = command({ ...signatures.stats, run: runStats });

const watchMs = 2_000;
/** To the upper left, and nothing left below what is written next. */
const [home, wipeBelow] = ["\u001b[H", "\u001b[J"];

async function runStats(call: Call): Promise<number> {
  if (!isOn(call.settings, "watch")) {
    await writeOut(await collect(call, true));
    return exitCodes.done;
  }
  const shutdown = listenForSignals({ graceMs: 0, sleep: systemClock.sleep, onFirst: () => {} });
  try {
    await watch(call, shutdown.stopping);
    return stopCode(shutdown);
  } finally {
    shutdown.close();
  }
}

/** Over itself on a terminal, else one after the other; until a signal, or until nobody reads any more. */
async function watch(call: Call, stopping: AbortSignal): Promise<void> {
  const isScreen = process.stdout.isTTY === true && !isOn(call.settings, "json");
  if (isScreen) await writeOut(`${home}${wipeBelow}`);
  for (let round = 0; !stopping.aborted; round++) {
    const text = await collect(call, round === 0);
    const isTaken = await writeOut(isScreen ? `${home}${text}${wipeBelow}` : text);
    if (!isTaken) return;
    await systemClock.sleep(watchMs, stopping);
  }
}

async function collect({ settings, env }: Call, isFirst: boolean): Promise<string> {
  const parts = { paths: pathsOf(settings, env), clock: systemClock, random: systemRandom };
  const by = textOf(settings, "by") as Breakdown | null;
  const read = by === null ? await readStats(parts) : await readStatsBy(parts, by);
  if (read.snapshot && isFirst)
    log.warn("the database is locked or read-only: shown is what its file holds without its WAL");
  if (isOn(settings, "json")) return `${JSON.stringify(read)}\n`;
  const style = styleOf(settings);
  return "rows" in read ? statsByText(read, style) : statsText(read, systemClock.wallMs(), style);
}

/** Colour on a terminal only, where neither flag nor NO_COLOR forbids it; as wide as it is. */
export function styleOf(settings: Settings): TextStyle {
  const isTerminal = process.stdout.isTTY === true;
  const isPlain = isOn(settings, "no-color") || Boolean(process.env["NO_COLOR"]) || process.env["TERM"] === "dumb";
  return { width: isTerminal ? process.stdout.columns : 80, color: isTerminal && !isPlain };
}
