/**
 * Evaluating: asks backends about texts whose description is known, by the very parts that a run asks with, and keeps what
 * came of each. No database is there; what was answered is given back however it ends.
 */

import type { Backend } from "../backends/backend.ts";
import type { Clock } from "../core/clock.ts";
import { type Failure, policyOf, stopsRun } from "../core/failure.ts";
import type { Pair } from "../eval/pairs.ts";
import type { Candidate, Taken } from "../eval/scores.ts";
import { type Asked, ask, type Judge, totalOf } from "../pipeline/ask.ts";
import { type Prompt, questionFor } from "../pipeline/prompt.ts";
import { asItIs } from "../pipeline/scrub-json.ts";
import type { Chunk } from "../store/target.ts";

export interface Contender {
  readonly backend: Backend;
  readonly prompt: Prompt;
}

export interface EvaluationParts {
  readonly pairs: readonly Pair[];
  readonly contenders: readonly Contender[];
  /** One for each contender: what it remembers is of one model. */
  readonly judgeFor: (contender: Contender) => Judge;
  /** Questions at a time: more than one tells less of the time that a text takes. */
  readonly parallel: number;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly onTaken: (contender: Contender, done: number) => void;
}

export interface Evaluation {
  readonly candidates: readonly Candidate[];
  /** `stopped`: a signal came first. Else why a server was given up. */
  readonly ending: "finished" | "stopped" | Failure;
}

/** How often a server that does not answer is asked, and the pause before each further time. */
const triesMax = 3;
const pauseMs = 2_000;

export async function evaluate(parts: EvaluationParts): Promise<Evaluation> {
  const candidates: Candidate[] = [];
  for (const contender of parts.contenders) {
    const taken: Taken[] = [];
    const ending = await askAll(parts, contender, taken);
    const { backend, prompt } = contender;
    const isTold = backend.name !== "lexical";
    candidates.push({ backend: backend.name, model: backend.model, prompt: isTold ? prompt.version : null, taken });
    if (ending !== "finished") return { candidates, ending };
  }
  return { candidates, ending: "finished" };
}

/** As many at a time as were asked for; what ends one of them ends all. */
async function askAll(parts: EvaluationParts, contender: Contender, taken: Taken[]): Promise<Evaluation["ending"]> {
  const judge = parts.judgeFor(contender);
  const over = new AbortController();
  const all = { ...parts, stopping: AbortSignal.any([parts.stopping, over.signal]) };
  const places = parts.pairs.entries();
  let ending: Evaluation["ending"] = "finished";
  const lane = async (): Promise<void> => {
    for (const [place, pair] of places) {
      const one = await askPatiently(all, contender, pair, judge, taken);
      if ("ending" in one) {
        if (ending === "finished") ending = one.ending;
        over.abort();
        return;
      }
      taken.push(takenOf(place, one.asked));
      parts.onTaken(contender, taken.length);
    }
  };
  await Promise.all(Array.from({ length: parts.parallel }, lane));
  taken.sort((a, b) => a.pair - b.pair);
  return ending;
}

type Patient = { readonly asked: Asked } | { readonly ending: "stopped" | Failure };

async function askPatiently(
  parts: EvaluationParts,
  contender: Contender,
  pair: Pair,
  judge: Judge,
  taken: readonly Taken[],
): Promise<Patient> {
  for (let tries = 1; ; tries++) {
    const asked = await askStoppable(parts, contender, pair, judge);
    if (asked === null) return { ending: "stopped" };
    const hasAnswered = taken.some(({ enrichment }) => enrichment !== null);
    const fault = serverFault(asked, hasAnswered);
    if (fault === null) return { asked };
    if (tries === triesMax || stopsRun(fault, false)) return { ending: fault };
    const named = fault.kind === "overloaded" ? fault.retryAfterMs : null;
    await parts.clock.sleep(named ?? pauseMs * tries, parts.stopping);
  }
}

/** Null once a stop was asked for: an evaluation has nothing that would be lost with a question. */
async function askStoppable(
  { clock, stopping }: EvaluationParts,
  { backend, prompt }: Contender,
  pair: Pair,
  judge: Judge,
): Promise<Asked | null> {
  if (stopping.aborted) return null;
  try {
    const question = questionFor(prompt, chunkOf(pair), []);
    const { extras } = prompt;
    // Nothing of an answer is kept.
    const options = { extras, judge, scrub: asItIs, clock, signal: stopping, onProgress: () => {} };
    return await ask(question, { backend, ...options });
  } catch (error) {
    if (stopping.aborted) return null;
    throw error;
  }
}

const chunkOf = ({ line, text, contentType }: Pair): Chunk => ({
  ...{ id: `line ${line}`, rowid: line, content: text, contentType, source: null },
  ...{ project: null, conversationId: null, position: null },
});

/** What says nothing about the prompt or the model; a text that a server fails on while it answers others does. */
function serverFault({ outcome }: Asked, hasAnswered: boolean): Failure | null {
  if (outcome.ok) return null;
  const { blamesChunk } = policyOf(outcome.failure);
  return blamesChunk === "yes" || (blamesChunk === "while_others_succeed" && hasAnswered) ? null : outcome.failure;
}

function takenOf(pair: number, { outcome, tried }: Asked): Taken {
  const { durationMs, usage } = totalOf(tried);
  return {
    ...{ pair, durationMs, tokensIn: usage?.tokensIn ?? null, tokensOut: usage?.tokensOut ?? null },
    enrichment: outcome.ok ? outcome.value.enrichment : null,
    marks: outcome.ok ? outcome.value.marks : [],
    atFirst: outcome.ok && tried.length === 1,
  };
}
