/** `enrichd eval`: how near answers come to what people say of the same texts, for each backend and prompt. No database is touched. */

import type { Backend } from "../backends/backend.ts";
import type { QualityMode } from "../core/choices.ts";
import { systemClock, systemRandom } from "../core/clock.ts";
import { exitCodes } from "../core/exit-code.ts";
import type { Failure } from "../core/failure.ts";
import { Problem } from "../core/problem.ts";
import { readPairs } from "../eval/pairs.ts";
import { compareAll, evaluationJson } from "../eval/report.ts";
import { evaluationText } from "../eval/report-text.ts";
import type { Judge } from "../pipeline/ask.ts";
import { createJudge } from "../pipeline/quality/judge.ts";
import { type BackendSettings, chooseBackend } from "../run/choose-backend.ts";
import { type Contender, evaluate } from "../run/evaluating.ts";
import { warmUpOf } from "../run/mlx-probe.ts";
import { stepFor } from "../run/next-step.ts";
import { log, wipe, writeErr, writeOut } from "../run/output.ts";
import { readPrompt } from "../run/read-prompt.ts";
import { readText } from "../run/read-text.ts";
import { createReport } from "../run/report.ts";
import { listenForSignals } from "../run/shutdown.ts";
import { type Call, command } from "./command.ts";
import { stopCode } from "./exit.ts";
import { listOf } from "./flags.ts";
import { surroundings } from "./run.ts";
import { backendSettings, isOn, numberOf, textOf } from "./run-settings.ts";
import type { Env, Settings } from "./settings.ts";
import { signatures } from "./table.ts";

/** Pairs are read as a whole; people write hundreds of them. */
const pairsBytesMax = 256 * 1024 * 1024;

export const evalCommand = command({ ...signatures.eval, run: runEval });

async function runEval({ settings, env }: Call): Promise<number> {
  const clock = systemClock;
  const path = textOf(settings, "pairs");
  const how = "name them with --pairs FILE.jsonl; see `enrichd eval --help`";
  if (path === null) throw new Problem("usage", "no pairs are named", "enrichd eval", how);
  const missing = (): Problem => new Problem("not_found", "there is no such file", path, how);
  const text = readText(path, { flag: "--pairs", bytesMax: pairsBytesMax, missing });
  const pairs = readPairs(text, path, numberOf(settings, "max", Number.POSITIVE_INFINITY));
  const seed = numberOf(settings, "seed");
  const quality = textOf(settings, "quality") as QualityMode;
  const parallel = numberOf(settings, "parallel");
  const onFirst = (signal: string): void => log.warn(`${signal}: shown is what there is so far`);
  const shutdown = listenForSignals({ graceMs: 0, sleep: clock.sleep, onFirst });
  const backends: Backend[] = [];
  try {
    const contenders = await contendersOf(settings, env, shutdown.stopping, backends);
    const { candidates, ending } = await evaluate({
      ...{ pairs, contenders, parallel, clock, stopping: shutdown.stopping, judgeFor: () => judgeOf(quality) },
      onTaken: (contender, done) => showProgress(contender, done, pairs.length),
    });
    if (process.stderr.isTTY === true) writeErr(wipe);
    const compared = compareAll(candidates, pairs, seed);
    const now = { pairsFile: path, pairs: pairs.length, seed, isWhole: ending === "finished", wallMs: clock.wallMs() };
    const isJson = isOn(settings, "json");
    await writeOut(isJson ? `${JSON.stringify(evaluationJson(compared, now))}\n` : evaluationText(compared, seed));
    if (ending === "finished") return exitCodes.done;
    if (ending === "stopped") return stopCode(shutdown);
    throw gaveUp(ending);
  } catch (error) {
    if (shutdown.received() !== null && error === shutdown.stopping.reason) return stopCode(shutdown);
    throw error;
  } finally {
    await Promise.all(backends.map(({ close }) => close?.(shutdown.aborting)));
    shutdown.close();
  }
}

/** Each backend with each prompt; the one without a model is told nothing, and is asked once. */
async function contendersOf(
  settings: Settings,
  env: Env,
  signal: AbortSignal,
  opened: Backend[],
): Promise<Contender[]> {
  const named = (flag: string): readonly string[] => [...new Set(listOf(settings.get(flag)?.value))];
  const prompts = named("prompt").length === 0 ? [readPrompt(null)] : named("prompt").map((one) => readPrompt(one));
  const [prompt = readPrompt(null)] = prompts;
  const report = createReport({ json: false, level: "normal", terminal: false, width: 80, clock: systemClock });
  const starting = {
    random: systemRandom,
    report: report.emit,
    warmUp: warmUpOf(prompt),
    parallel: numberOf(settings, "parallel"),
  };
  const asked = backendSettings(settings, env);
  const names = named("backend").length === 0 ? ["auto"] : named("backend");
  const contenders: Contender[] = [];
  for (const name of names as readonly BackendSettings["backend"][]) {
    // A backend keeps what it has found out about its server: one for each prompt would find it out again.
    const backend = await chooseBackend({ ...asked, backend: name }, { ...surroundings(settings), signal, starting });
    opened.push(backend);
    const told = backend.name === "lexical" ? prompts.slice(0, 1) : prompts;
    contenders.push(...told.map((prompt) => ({ backend, prompt })));
  }
  return contenders;
}

/** Off, nothing is sent back or mended; which rules an answer breaks is counted all the same. */
function judgeOf(quality: QualityMode): Judge {
  if (quality !== "off") return createJudge(quality);
  const judge = createJudge("mark");
  return (enrichment, question, author) => {
    return { enrichment, marks: judge(enrichment, question, author).marks, sendBack: null };
  };
}

function showProgress({ backend, prompt }: Contender, done: number, total: number): void {
  if (process.stderr.isTTY === true) writeErr(`${wipe}${backend.name} ${prompt.version}: ${done} of ${total}`);
}

function gaveUp(failure: Failure): Problem {
  const next = stepFor(failure) ?? "look at the model server and its log";
  return new Problem("no_backend", `the server was given up: ${failure.kind}`, failure.detail, next);
}
