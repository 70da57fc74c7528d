/** `enrichd failures list|show|retry`: which chunks failed and why, what was asked and answered, and another try. */

import { systemClock, systemRandom } from "../core/clock.ts";
import { exitCodes } from "../core/exit-code.ts";
import { Problem } from "../core/problem.ts";
import { type ListedKind, listFailures } from "../run/list-failures.ts";
import { log, writeErr, writeOut } from "../run/output.ts";
import { type RetryParts, retryFailures } from "../run/retry-failures.ts";
import { showFailure } from "../run/show-failure.ts";
import { type Call, command } from "./command.ts";
import { stoppable } from "./exit.ts";
import { listText, retryText, showText } from "./failures-text.ts";
import { pauseFile } from "./paths.ts";
import { isOn, lockTimeoutOf, numberOf, pathsOf } from "./run-settings.ts";
import { signatures } from "./table.ts";

export const failuresListCommand = command({ ...signatures["failures list"], run: runList });
export const failuresShowCommand = command({ ...signatures["failures show"], run: runShow });
export const failuresRetryCommand = command({ ...signatures["failures retry"], run: runRetry });

const system = { clock: systemClock, random: systemRandom };

async function runList({ settings, env }: Call): Promise<number> {
  const found = await listFailures({
    ...{ ...system, paths: pathsOf(settings, env) },
    kind: (settings.get("kind")?.value ?? null) as ListedKind | null,
    ...{ limit: numberOf(settings, "limit"), offset: numberOf(settings, "offset") },
  });
  if (found.snapshot) warnOfSnapshot();
  await writeOut(isOn(settings, "json") ? `${JSON.stringify(found)}\n` : listText(found, systemClock.wallMs()));
  return exitCodes.done;
}

async function runShow({ settings, positionals, env }: Call): Promise<number> {
  const [id = ""] = positionals;
  const next = "see `enrichd failures list`";
  if (id === "") throw new Problem("usage", "no chunk is named", "enrichd failures show", next);
  const shown = await showFailure({ ...system, paths: pathsOf(settings, env), id });
  if (shown.snapshot) warnOfSnapshot();
  await writeOut(isOn(settings, "json") ? `${JSON.stringify(shown)}\n` : showText(shown));
  return exitCodes.done;
}

const warnOfSnapshot = (): void =>
  log.warn("the database is locked or read-only: shown is what its file holds without its WAL");

async function runRetry({ settings, positionals, env }: Call): Promise<number> {
  const kind = settings.get("kind")?.value as ListedKind | undefined;
  const wanted = wantedBy(positionals, kind, isOn(settings, "all"));
  const onFirst = (signal: string): void => log.warn(`${signal}: what is put back stays so, and that is all`);
  return stoppable(onFirst, async (stopping) => {
    const report = await retryFailures({
      ...{ ...system, paths: pathsOf(settings, env), wanted, stopping },
      ...{ lockTimeoutMs: lockTimeoutOf(settings), pauseFile: pauseFile(env) },
      report: (event) => {
        if (event.event === "lock.waiting") log.info(`waiting: another program locks ${event.file}`);
        if (event.event === "target.paused") log.info(`waiting: BrainLayer asks for a pause (${event.file})`);
      },
    });
    writeErr(retryText(report));
    if (isOn(settings, "json")) await writeOut(`${JSON.stringify(report)}\n`);
    return report.stopped;
  });
}

function wantedBy(ids: readonly string[], kind: ListedKind | undefined, all: boolean): RetryParts["wanted"] {
  const where = "enrichd failures retry";
  const next = "name chunks, or one of --kind KIND and --all; see `enrichd failures retry --help`";
  const ways = [ids.length > 0, kind !== undefined, all].filter((given) => given).length;
  if (ways === 0) throw new Problem("usage", "nothing to retry is named", where, next);
  if (ways > 1) throw new Problem("usage", "more than one way of naming chunks is given", where, next);
  if (ids.includes("")) throw new Problem("usage", "an id is empty", where, next);
  if (kind !== undefined) return { kind };
  return all ? "all" : { ids };
}
