/** `enrichd import PATH…|-`: text into our own database, the only command that makes one. */

import { systemClock, systemRandom } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { type ImportSource, requireThere } from "../import/input.ts";
import type { Format } from "../import/piece.ts";
import type { ImportCounts } from "../run/import-tally.ts";
import { type ImportOptions, importSources } from "../run/importing.ts";
import { log, wipe, writeErr, writeOut } from "../run/output.ts";
import { watchLock } from "../run/watch-lock.ts";
import { type WatchOptions, watchSources } from "../run/watching-sources.ts";
import type { Connection } from "../store/database.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import { openOwn } from "../store/own.ts";
import { everything, openTarget } from "../store/target.ts";
import { type Call, command } from "./command.ts";
import { stoppable } from "./exit.ts";
import { sourcesOf } from "./import-sources.ts";
import { hintFor, importProgress, importReport, importSummary } from "./import-text.ts";
import { importPath } from "./paths.ts";
import { isOn, lockTimeoutOf, textOf } from "./run-settings.ts";
import type { Settings } from "./settings.ts";
import { signatures } from "./table.ts";

const progressEveryMs = 200;
const tellEveryMs = 60_000;

export const importCommand = command({ ...signatures.import, run: runImport });

async function runImport({ settings, positionals, env }: Call): Promise<number> {
  requireFitting(positionals, settings);
  const sources = await sourcesOf(positionals, settings, env);
  requireThere(sources);
  const startedMs = systemClock.nowMs();
  const onFirst = (signal: string): void => log.warn(`${signal}: what has been read goes in, and that is all`);
  return stoppable(onFirst, async (stopping) => {
    const { result, path, isPending } = await importAll(sources, settings, importPath(settings, env), stopping);
    // A watch has no end to be stopped before.
    tellSummary({ ...result, stopped: result.stopped && !isOn(settings, "watch") }, isPending ? path : null);
    const tookMs = systemClock.nowMs() - startedMs;
    if (isOn(settings, "json")) await writeOut(`${JSON.stringify(importReport(result, path, tookMs))}\n`);
    return result.stopped;
  });
}

async function importAll(sources: readonly ImportSource[], settings: Settings, path: string, stopping: AbortSignal) {
  let isOpen = false;
  const isWatching = isOn(settings, "watch");
  const waiting = watchLock({
    ...{ file: path, clock: systemClock, random: systemRandom, signal: stopping },
    // While it watches, there is always more to come, and a lock ends.
    timeoutMs: () => (isOpen && isWatching ? Number.POSITIVE_INFINITY : lockTimeoutOf(settings)),
    report: ({ event }) =>
      log.info(event === "lock.waiting" ? `waiting: another program locks ${path}` : "the lock is free"),
  });
  const file = await openOwn(path, waiting);
  isOpen = true;
  try {
    const options: ImportOptions = {
      ...{ file, sources, waiting, stopping },
      format: textOf(settings, "format") as Format | null,
      ...{ project: textOf(settings, "project"), source: textOf(settings, "source") },
      fieldNames: { id: textOf(settings, "id-field"), text: textOf(settings, "text-field") },
      ...{ strict: isOn(settings, "strict"), fromStart: isOn(settings, "from-start") },
      ...(process.stderr.isTTY === true ? { onProgress: showProgress(stopping) } : {}),
    };
    const result = isWatching
      ? await watchSources({ ...options, ...whileWatching(file.path) })
      : await importSources(options);
    return { result, path: file.path, isPending: await hasPending(file, waiting) };
  } finally {
    file.close();
  }
}

function requireFitting(positionals: readonly string[], settings: Settings): void {
  if (!isOn(settings, "watch")) return;
  const other = isOn(settings, "strict") ? "--strict" : positionals.includes("-") ? "- (standard input)" : null;
  if (other === null) return;
  const next = `leave one of them out: ${other === "--strict" ? "strict reading ends at a fault" : "what comes by - is read as it comes anyway"}`;
  throw new Problem("usage", `--watch and ${other} do not go together`, "enrichd import", next);
}

function tellSummary(counts: ImportCounts & { readonly stopped: boolean }, pendingIn: string | null): void {
  if (process.stderr.isTTY === true) writeErr(wipe);
  writeErr(`${importSummary(counts)}\n`);
  if (pendingIn !== null) writeErr(`${hintFor(pendingIn)}\n`);
}

/** What was there is told as after any import; then what came in, once a minute at most. */
function whileWatching(db: string): Pick<WatchOptions, "onCaughtUp" | "onRound"> {
  let told = 0;
  let toldMs = 0;
  return {
    onCaughtUp: (counts) => {
      tellSummary({ ...counts, stopped: false }, db);
      log.info("watching: new lines and files go in as they come; Ctrl-C ends it");
      [told, toldMs] = [counts.added, systemClock.nowMs()];
    },
    onRound: (counts) => {
      if (counts.added === told || toldMs === 0 || systemClock.nowMs() - toldMs < tellEveryMs) return;
      log.info(importProgress(counts));
      [told, toldMs] = [counts.added, systemClock.nowMs()];
    },
  };
}

/** Whether a run would find a question to ask. */
async function hasPending(file: Connection, waiting: Waiting): Promise<boolean> {
  const target = openTarget(file);
  for (let before: number | null = null; ; ) {
    const page = await untilFree(file.path, () => target.countPage(everything, before), waiting);
    if (page.count > 0) return true;
    if (page.next === null) return false;
    before = page.next;
  }
}

/** One line that is written over, a few times a second. */
function showProgress(stopping: AbortSignal): (counts: ImportCounts) => void {
  let shownMs = Number.NEGATIVE_INFINITY;
  return (counts) => {
    const nowMs = systemClock.nowMs();
    if (stopping.aborted || nowMs - shownMs < progressEveryMs) return;
    shownMs = nowMs;
    writeErr(`${wipe}${importProgress(counts)}`);
  };
}
