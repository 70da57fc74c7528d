/** Doctor's look at the backends: which one a run would take, and whether it describes a real text, and how fast. */

import { parseAddress } from "../../backends/address.ts";
import type { Backend } from "../../backends/backend.ts";
import { placeOf } from "../../backends/discover/choose.ts";
import type { FoundServer } from "../../backends/discover/identify.ts";
import { listensWithin } from "../../backends/reach.ts";
import type { Clock } from "../../core/clock.ts";
import { type Failure, policyOf } from "../../core/failure.ts";
import { count } from "../../core/format.ts";
import { Problem } from "../../core/problem.ts";
import { type Asked, ask, takeAll, totalOf } from "../../pipeline/ask.ts";
import { sample } from "../../pipeline/health.ts";
import { type Prompt, questionFor } from "../../pipeline/prompt.ts";
import { asItIs } from "../../pipeline/scrub-json.ts";
import type { Chosen } from "../choose-fallback.ts";
import { startOne, stepFor } from "../next-step.ts";
import { type Finding, type Findings, findingsOf } from "./finding.ts";

/** `reason`: why it is the one that nobody named. Without any backend, a run would start one. */
export interface Standing extends Pick<Chosen, "backends" | "missing"> {
  readonly reason: string | null;
}

export interface BackendParts {
  /** In the order in which a run would take them. */
  readonly choose: (signal: AbortSignal) => Promise<Standing>;
  /** Every server that answers at the places where a run would look. */
  readonly look: (signal: AbortSignal) => Promise<readonly FoundServer[]>;
  /** Throws a Problem where it is not to be had. */
  readonly prompt: () => Prompt;
  /** Whether one is asked: a large model takes a while. */
  readonly asks: boolean;
  readonly clock: Clock;
}

/** For all looks without a question together. */
const lookMs = 5_000;
/** A model that has to be loaded first takes longer; a run would wait for it. */
const questionMs = 20_000;
const shownMax = 5;

export async function examineBackends(parts: BackendParts): Promise<readonly Finding[]> {
  const found = findingsOf("backend");
  try {
    const prompt = parts.asks ? parts.prompt() : null;
    for (const server of (await within(parts.clock, lookMs, parts.look)) ?? [])
      found.ok("server", `${placeOf(server)}: ${modelsOf(server)}`, server.url);
    const chosen = await within(parts.clock, lookMs, parts.choose);
    if (chosen === null) throw lateLook();
    const { backends, missing, reason } = chosen;
    if (backends.length + missing.length === 0)
      found.ok("found", `no server runs: ${reason ?? "a run would have to start one"}`);
    for (const { label, problem } of missing) {
      const { message, where, next } = problem;
      found.warn("found", `${label}: ${message}`, where, next);
    }
    for (const backend of backends) {
      const why = reason === null || backend !== backends[0] ? "" : `: ${reason}`;
      await examineOne(parts.clock, backend, prompt, `${backend.name} (${backend.model})${why}`, found);
      await backend.close?.(AbortSignal.abort());
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    found.fail("found", error);
  }
  return found.all;
}

function modelsOf({ models }: FoundServer): string {
  if (models.length === 0) return "it names no model";
  const names = models.map(({ name, isForChat }) => (isForChat ? name : `${name} (embeds only)`));
  return names.length <= shownMax
    ? names.join(", ")
    : `${names.slice(0, shownMax).join(", ")} and ${names.length - shownMax} more`;
}

/** `shown`: what is said of it where it is there. */
async function examineOne(
  clock: Clock,
  backend: Backend,
  prompt: Prompt | null,
  shown: string,
  found: Findings,
): Promise<void> {
  const url = backend.place?.url ?? null;
  // One that has to be closed may have to be started first, which is not for a look.
  if (prompt === null || backend.close !== undefined) {
    const isSilent =
      url !== null && backend.close === undefined && !(await listensWithin(parseAddress(url), lookMs, clock));
    if (!isSilent) found.ok("found", shown, url);
    else found.fail("found", new Problem("no_backend", `${backend.name}: nothing listens there`, url, startOne));
    return;
  }
  const asking = (signal: AbortSignal): Promise<Asked> =>
    ask(questionFor(prompt, sample, []), {
      ...{ backend, extras: prompt.extras, judge: takeAll, scrub: asItIs, clock, signal, onProgress: () => {} },
    });
  const asked = await within(clock, questionMs, asking);
  if (asked === null || asked.outcome.ok || isThere(asked.outcome.failure)) found.ok("found", shown, url);
  if (asked === null) {
    const what = `${backend.name} gave no answer within ${questionMs / 1_000} s; a model that is being loaded takes longer`;
    found.warn("question", what, null, "enrichd doctor");
    return;
  }
  if (asked.outcome.ok) found.ok("question", `${backend.name} described a text: ${speedOf(asked)}`);
  else tellFailure(backend, asked.outcome.failure, found);
}

/** Whether a model server is there at all, whatever it is worth: else its failure says all that there is to say. */
const isThere = (failure: Failure): boolean =>
  failure.kind !== "unreachable" && !(failure.kind === "unusable_reply" && failure.reason === "not_api");

function speedOf({ tried }: Asked): string {
  const { durationMs, usage, model } = totalOf(tried);
  const seconds = `${(durationMs / 1_000).toFixed(1)} s`;
  const sentBack = tried.length > 1 ? ", after it was sent back once" : "";
  if (usage === null) return `${model}, ${seconds}${sentBack}`;
  const perSecond = durationMs > 0 ? Math.round((usage.tokensOut / durationMs) * 1_000) : 0;
  const cached = usage.tokensCached === null ? "" : ` (${count(usage.tokensCached)} cached)`;
  return `${model}, ${seconds}${sentBack}, ${count(usage.tokensIn)} tokens in${cached}, ${count(usage.tokensOut)} out, ${count(perSecond)} tokens/s`;
}

/** One that is not there ends a run before long; one that lives and answers badly may still describe other texts. */
function tellFailure(backend: Backend, failure: Failure, found: Findings): void {
  const what = `${backend.name} could not describe a text: ${failure.kind}: ${failure.detail}`;
  const { opensBreaker, stopsRun } = policyOf(failure);
  const otherwise = "look at the model server and its log, then: enrichd doctor";
  const next = stepFor(failure) ?? nextSteps[failure.kind] ?? otherwise;
  if (opensBreaker || stopsRun !== "never") found.fail("question", new Problem("no_backend", what, backend.name, next));
  else found.warn("question", what, backend.name, next);
}

const nextSteps: Partial<Record<Failure["kind"], string>> = {
  unauthorized: "set the key: export ENRICHD_API_KEY=…",
  model_missing: "name a model that the server has with --model",
  unusable_reply: "use a model that can write JSON, or a server that can force it",
};

const lateLook = (): Problem =>
  new Problem(
    "no_backend",
    `no model server was found within ${lookMs / 1_000} s`,
    "127.0.0.1",
    "name one with --url URL",
  );

/** Null where it did not come in time. */
async function within<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
  const tooLate = new AbortController();
  const done = new AbortController();
  const timer = clock.sleep(ms, done.signal).then(() => {
    if (!done.signal.aborted) tooLate.abort();
  });
  try {
    return await work(tooLate.signal);
  } catch (error) {
    if (!tooLate.signal.aborted || error !== tooLate.signal.reason) throw error;
    return null;
  } finally {
    done.abort();
    await timer;
  }
}
