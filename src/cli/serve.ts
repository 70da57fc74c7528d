/** `enrichd serve`: the status page alone, over a database with or without a run going on. It ends by a signal. */

import { existsSync } from "node:fs";
import { systemClock, systemRandom, systemToken } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import type { SettingView } from "../page/detail.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import { log } from "../run/output.ts";
import { type PageServing, startPage } from "../run/serving.ts";
import { listenForSignals } from "../run/shutdown.ts";
import { registerIn } from "../store/servers.ts";
import { started } from "../supervisor/child.ts";
import { type Call, command } from "./command.ts";
import { shownSettings } from "./doctor-settings.ts";
import { stopCode } from "./exit.ts";
import { pauseFile, stateFolder } from "./paths.ts";
import { isOn, pathsOf, promptOf, textOf } from "./run-settings.ts";
import type { Env, Settings } from "./settings.ts";
import { signatures } from "./table.ts";

export const serveCommand = command({ ...signatures.serve, run: runServe });

/** The first port that is tried, and how many after it. */
const usualPort = 4_477;
const portsMax = 20;

async function runServe({ settings, env }: Call): Promise<number> {
  const shutdown = listenForSignals({ graceMs: 0, sleep: systemClock.sleep, onFirst: () => {} });
  try {
    const page = openPage(settings, env, shutdown.stopping, {
      command: "serve",
      prompt: () => promptOf(settings),
    });
    if (!shutdown.stopping.aborted)
      await new Promise((resolve) => shutdown.stopping.addEventListener("abort", resolve, { once: true }));
    await page.stop();
    return stopCode(shutdown);
  } finally {
    shutdown.close();
  }
}

/** Starts the page, says where it is, and opens it where that was asked for. */
interface For {
  readonly command: "run" | "serve";
  /** Asked for once the database was found. */
  readonly prompt: () => Prompt;
}

export function openPage(settings: Settings, env: Env, signal: AbortSignal, { command, prompt }: For): PageServing {
  const paths = pathsOf(settings, env);
  if (!existsSync(paths.db))
    throw new Problem(
      "not_found",
      "there is no such file",
      paths.db,
      "name a database with --db, or `enrichd import PATH`",
    );
  const named = settings.get(command === "serve" ? "port" : "status")?.value;
  const port = typeof named === "number" ? named : usualPort;
  const page = startPage({
    ...{
      paths,
      port,
      portsMax: typeof named === "number" ? 1 : portsMax,
      hostname: textOf(settings, "host") ?? "127.0.0.1",
    },
    ...{ clock: systemClock, random: systemRandom, token: systemToken, signal },
    prompt: prompt(),
    ...{ registerFile: registerFile(env), pauseFile: pauseFile(env), settings: settingsOf(settings, command) },
    askedBy: `the status page (pid ${process.pid})`,
  });
  log.info(`status page: ${page.url}`);
  if (isOn(settings, "open")) started(process.platform === "darwin" ? ["open", page.url] : ["xdg-open", page.url]);
  return page;
}

/** Where the runs of this machine keep what they know of each other's servers; null without a home. */
function registerFile(env: Env): string | null {
  return env["HOME"] ? registerIn(stateFolder(env, process.platform)) : null;
}

function settingsOf(settings: Settings, command: "run" | "serve"): SettingView[] {
  const shown = Object.entries(shownSettings(settings, signatures[command].flags));
  return shown.map(([name, { value, from }]) => ({ name, value: value === null ? "" : String(value), from }));
}
