/**
 * One chunk's question to a backend: asks, reads and judges the reply, and asks once more where that can help: a reply
 * that cannot be read, or is worth too little, is sent back with the reason. Every question it asked is told of.
 */

import type { Backend, Question, Reply, Usage } from "../backends/backend.ts";
import type { Clock } from "../core/clock.ts";
import type { Enrichment } from "../core/enrichment.ts";
import type { ExtraField } from "../core/extra.ts";
import { type Failure, failed, type Outcome, policyOf, success } from "../core/failure.ts";
import { repairFor } from "./prompt.ts";
import { readReply } from "./reply.ts";

/** What one question cost. */
export interface Spent {
  readonly model: string;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly usage: Usage | null;
}

/** One question, and why it gave nothing; null for the one whose answer was taken. */
export interface Tried {
  readonly question: Question;
  /** Milliseconds since 1970, at its end. */
  readonly endedAtMs: number;
  readonly failure: Failure | null;
  readonly spent: Spent;
}

export interface Accepted {
  readonly enrichment: Enrichment;
  /** What is wrong with it all the same: names of rules. */
  readonly marks: readonly string[];
}

export interface Asked {
  readonly outcome: Outcome<Accepted>;
  /** In their order, at least one. */
  readonly tried: readonly Tried[];
}

/** `otherwise`: what becomes of a reply that is no better after it was sent back. */
export type Judgement =
  | { readonly verdict: "good"; readonly marks: readonly string[] }
  | {
      readonly verdict: "send_back";
      /** What is wrong, as it is said to the model. */
      readonly detail: string;
      readonly marks: readonly string[];
      readonly otherwise: "accept" | "fail";
    };

/** Called for each readable reply. */
export type Judge = (enrichment: Enrichment, question: Question) => Judgement;

export const takeAll: Judge = () => ({ verdict: "good", marks: [] });

export interface Asking {
  readonly backend: Backend;
  /** Fields of people's own that the question asks for. */
  readonly extras: readonly ExtraField[];
  readonly judge: Judge;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (hasToken: boolean) => void;
}

/** A question with what was made of its reply: `taken` is what may be accepted of it. */
interface Round extends Tried {
  readonly taken: Accepted | null;
}

/** Rejects only when the signal fires, with its reason. */
export async function ask(question: Question, asking: Asking): Promise<Asked> {
  const first = await askOnce(question, asking);
  const { failure } = first;
  if (failure === null || failure.kind !== "unusable_reply" || policyOf(failure).retry !== "repair")
    return asked(first, [first]);
  const second = await askOnce(repairFor(question, failure.raw, failure.detail), asking);
  // Of two that could be better the second is taken, and the first where the second brought nothing at all.
  const best = second.taken === null && first.taken !== null ? first : second;
  return asked(best, [first, second]);
}

function asked(best: Round, rounds: readonly Round[]): Asked {
  const tried = rounds.map(({ taken, ...round }) => (round.question === best.question ? settled(best) : round));
  if (best.taken !== null) return { outcome: success(best.taken), tried };
  if (best.failure === null) throw new Error("a question gave neither an answer nor a failure");
  return { outcome: failed(best.failure), tried };
}

/** What was sent back and is taken all the same is an answer. */
const settled = ({ taken, failure, ...rest }: Round): Tried => ({ ...rest, failure: taken === null ? failure : null });

async function askOnce(question: Question, asking: Asking): Promise<Round> {
  const { backend, clock, signal, onProgress } = asking;
  const startedMs = clock.nowMs();
  const reply = await backend.ask(question, { signal, onProgress });
  const endedAtMs = clock.wallMs();
  if (!reply.ok) {
    const durationMs = clock.nowMs() - startedMs;
    const spent = { model: backend.model, durationMs, firstTokenMs: null, usage: null };
    return { question, endedAtMs, failure: reply.failure, spent, taken: null };
  }
  const { model, durationMs, firstTokenMs, usage } = reply.value;
  const spent = { model, durationMs, firstTokenMs, usage };
  return { question, endedAtMs, spent, ...read(reply.value, question, asking) };
}

function read(reply: Reply, question: Question, { extras, judge }: Asking): Pick<Round, "failure" | "taken"> {
  const enrichment = readReply(reply.text, extras);
  if (!enrichment.ok) return { failure: unusable(enrichment.failure, reply), taken: null };
  const judgement = judge(enrichment.value, question);
  const taken = { enrichment: enrichment.value, marks: judgement.marks };
  if (judgement.verdict === "good") return { failure: null, taken };
  const failure = unusable({ reason: "worthless", detail: judgement.detail }, reply);
  return { failure, taken: judgement.otherwise === "accept" ? taken : null };
}

type Unusable = Extract<Failure, { kind: "unusable_reply" }>;

const unusable = (why: Pick<Unusable, "reason" | "detail">, reply: Reply): Unusable => ({
  kind: "unusable_reply",
  ...{ reason: why.reason, detail: why.detail, raw: reply.text },
});

/** What all the questions about one chunk cost together; the model is the last one's. */
export function totalOf(tried: readonly Tried[]): Spent {
  const [first, ...rest] = tried.map(({ spent }) => spent);
  if (first === undefined) throw new Error("nothing was asked");
  return rest.reduce(added, first);
}

const sum = (a: number | null, b: number | null): number | null =>
  a === null && b === null ? null : (a ?? 0) + (b ?? 0);

function added(a: Spent, b: Spent): Spent {
  const usage =
    a.usage === null || b.usage === null
      ? (a.usage ?? b.usage)
      : {
          tokensIn: a.usage.tokensIn + b.usage.tokensIn,
          tokensOut: a.usage.tokensOut + b.usage.tokensOut,
          tokensCached: sum(a.usage.tokensCached, b.usage.tokensCached),
        };
  return { model: b.model, durationMs: a.durationMs + b.durationMs, firstTokenMs: a.firstTokenMs, usage };
}
