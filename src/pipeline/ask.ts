/**
 * One chunk's question to a backend: asks, reads and judges the reply, and asks once more where that can help: a reply
 * that cannot be read, or is worth too little, is sent back with the reason. Every question it asked is told of.
 */

import type { Backend, Question, Reply, Usage } from "../backends/backend.ts";
import type { Clock } from "../core/clock.ts";
import type { Enrichment } from "../core/enrichment.ts";
import type { ExtraField } from "../core/extra.ts";
import { type Failure, failed, type Outcome, policyOf, type ReplyFault, success } from "../core/failure.ts";
import { repairFor } from "./prompt.ts";
import { readReply } from "./reply.ts";
import type { Scrub } from "./scrub-json.ts";

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
  /** The rules that its reply breaks; none where it could not be read. */
  readonly faults: readonly string[];
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

/** What a reply is worth: what may be taken of it, the rules that it breaks all the same, and what to do about them. */
export interface Judgement extends Accepted {
  readonly sendBack: {
    /** What is wrong, as it is said to the model. */
    readonly detail: string;
    /** What becomes of a reply that is no better after it was sent back. */
    readonly otherwise: "accept" | "fail";
  } | null;
}

/** Who gave a reply. */
export interface Author {
  readonly backend: string;
  readonly model: string;
}

/** Called for each readable reply. */
export type Judge = (enrichment: Enrichment, question: Question, author: Author) => Judgement;

export const takeAll: Judge = (enrichment) => ({ enrichment, marks: [], sendBack: null });

export interface Asking {
  readonly backend: Backend;
  /** Fields of people's own that the question asks for. */
  readonly extras: readonly ExtraField[];
  readonly judge: Judge;
  /** Takes secrets out of whatever is kept of a reply. */
  readonly scrub: Scrub;
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
    const failure = { ...reply.failure, detail: asking.scrub(reply.failure.detail) };
    return { question, endedAtMs, failure, faults: [], spent, taken: null };
  }
  const { model, durationMs, firstTokenMs, usage } = reply.value;
  const spent = { model, durationMs, firstTokenMs, usage };
  return { question, endedAtMs, spent, ...read(reply.value, question, asking) };
}

type Read = Pick<Round, "failure" | "faults" | "taken">;

function read({ text, model }: Reply, question: Question, { backend, extras, judge, scrub }: Asking): Read {
  const enrichment = readReply(text, extras, scrub);
  if (!enrichment.ok) {
    const { reason, detail } = enrichment.failure;
    return { failure: unusable(reason, scrub(detail), scrub(text)), faults: [], taken: null };
  }
  const { sendBack, ...taken } = judge(enrichment.value, question, { backend: backend.name, model });
  if (sendBack === null) return { failure: null, faults: taken.marks, taken };
  const failure = unusable("worthless", sendBack.detail, scrub(text));
  return { failure, faults: taken.marks, taken: sendBack.otherwise === "accept" ? taken : null };
}

const unusable = (reason: ReplyFault, detail: string, raw: string): Failure => ({
  kind: "unusable_reply",
  ...{ reason, detail, raw },
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
