/**
 * The backend of an mlx_lm.server that is kept alive for us: each question waits until one is ready, and one that was in
 * flight when the server died has failed of that, whatever its connection says; when it was ended on purpose, the question
 * goes to the next one. It knows no process.
 */

import type { Clock } from "../core/clock.ts";
import { type Failure, failed, type Outcome } from "../core/failure.ts";
import type { AskOptions, Backend, Question, Reply } from "./backend.ts";
import { type OpenaiOptions, openaiBackend } from "./openai.ts";

interface Cause {
  readonly kind: string;
  readonly detail: string;
}

/** A server while it is ready. */
export interface ReadyServer {
  readonly url: string;
  /** Fires when what is in flight gets no answer from it any more. */
  readonly lost: AbortSignal;
  /** Once it was lost: why it ended; null where it turned out well. */
  readonly verdict: Promise<Cause | null>;
  readonly asked: () => void;
  readonly alive: () => void;
  readonly settled: (result: "answered" | "missing" | "doubtful" | "other", tokens: number) => void;
}

export interface MlxOptions extends Omit<OpenaiOptions, "url" | "name" | "model"> {
  readonly model: string;
  /** Rejects when the signal fires; a failure once no server can be had any more. */
  readonly ensureReady: (signal: AbortSignal) => Promise<Outcome<ReadyServer, Cause>>;
  readonly isReady: () => boolean;
  readonly close: (signal: AbortSignal) => Promise<void>;
  /** No new questions: one that was not sent yet is none in flight, and rejects with this signal's reason. */
  readonly stopping: AbortSignal;
  /** What the log of the server says at its end. */
  readonly lastLines: () => readonly string[];
  readonly restart: (by: string) => void;
}

/** The end of a process is told within this of the end of its connections. */
const verdictMs = 1_000;
/** So often a question may lose its server on purpose; who loses more of them lives with a run that never lets one work. */
const againMax = 3;

/** `isOnPurpose`: its server was ended by somebody, which says nothing about the question, nor about the next server. */
type Asked = Outcome<Reply> & { readonly isOnPurpose?: boolean };

export function mlxBackend(options: MlxOptions): Backend {
  const { ensureReady, isReady, clock, model, close, lastLines, stopping, restart } = options;
  const name = "mlx";
  let client: { readonly url: string; readonly backend: Backend } | null = null;

  /** Another port after a restart, and other connections in any case. */
  const clientAt = (url: string): Backend => {
    if (client?.url !== url) client = { url, backend: openaiBackend({ ...options, name, url }) };
    return client.backend;
  };

  async function ask(question: Question, asking: AskOptions): Promise<Outcome<Reply>> {
    for (let again = 0; ; again++) {
      const { isOnPurpose, ...outcome } = await askOnce(question, asking);
      if (isOnPurpose !== true || again === againMax) return outcome;
    }
  }

  async function askOnce(question: Question, { signal, onProgress }: AskOptions): Promise<Asked> {
    const ready = await ensureReady(AbortSignal.any([signal, stopping]));
    if (!ready.ok) return failed(gone(ready.failure, lastLines()));
    const server = ready.value;
    server.asked();
    let [told, heard] = [false, 0];
    const settle: ReadyServer["settled"] = (result, tokens) => {
      if (!told) server.settled(result, tokens);
      told = true;
    };
    try {
      const reply = await clientAt(server.url).ask(question, {
        signal: AbortSignal.any([signal, server.lost]),
        onProgress: (hasToken) => {
          if (hasToken) heard++;
          server.alive();
          onProgress?.(hasToken);
        },
      });
      if (reply.ok) {
        settle("answered", tokensOf(reply, question, heard));
        return reply;
      }
      // A reset comes a little before the news of the end that it came of, and that tells more than a doubt.
      if (reply.failure.kind === "unreachable") await lostWithin(server.lost, clock, signal);
      settle(resultOf(reply.failure), tokensOf(reply, question, heard));
      return await judged(reply.failure, server, signal);
    } catch (error) {
      settle("other", heard);
      if (signal.aborted || !server.lost.aborted) throw error;
      return await judged(silent, server, signal);
    }
  }

  async function judged(failure: Failure, server: ReadyServer, signal: AbortSignal): Promise<Asked> {
    // It has generated with this model: what it says of it now is no reason to look for another one.
    if (failure.kind === "model_missing") return failed({ ...failure, kind: "server_error" });
    if (failure.kind !== "unreachable" && failure.kind !== "timeout") return failed(failure);
    await lostWithin(server.lost, clock, signal);
    if (!server.lost.aborted) return failed(failure);
    const cause = await unlessAborted(server.verdict, signal);
    if (cause === null) return failed(failure);
    const detail = `${cause.kind}: ${cause.detail}`;
    if (cause.kind === "asked" || cause.kind === "recycled")
      return { ...failed({ kind: "unreachable", reason: "refused", detail }), isOnPurpose: true };
    return failed({ kind: "unreachable", reason: "reset", detail: `the server ended: ${detail}` });
  }

  return {
    ...{ name, model, pinnedModel: model, ask, close, isReady, restart },
    probe: async (signal) => {
      const ready = await ensureReady(signal);
      return ready.ok ? clientAt(ready.value.url).probe(signal) : failed(gone(ready.failure, lastLines()));
    },
  };
}

const silent: Failure = { kind: "timeout", phase: "progress", afterMs: 0, detail: "the whole server was silent" };

function resultOf({ kind }: Failure): "missing" | "doubtful" | "other" {
  if (kind === "model_missing") return "missing";
  return kind === "unreachable" || kind === "timeout" ? "doubtful" : "other";
}

/** Rejects when the signal fires, with its reason. */
async function lostWithin(lost: AbortSignal, clock: Clock, signal: AbortSignal): Promise<void> {
  if (!lost.aborted) await clock.sleep(verdictMs, AbortSignal.any([lost, signal]));
  signal.throwIfAborted();
}

/** A verdict may take as long as a probe; who is cancelled does not wait for it. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = Promise.withResolvers<never>();
  const cancel = (): void => cancelled.reject(signal.reason);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await Promise.race([promise, cancelled.promise]);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

const charsPerToken = 4;

/** What the server has generated for a question, as near as it is known: `heard`, the pieces that have come of it. */
function tokensOf(reply: Outcome<Reply>, { maxTokens }: Question, heard: number): number {
  if (reply.ok) return reply.value.usage?.tokensOut ?? Math.ceil(reply.value.text.length / charsPerToken);
  if (reply.failure.kind !== "unusable_reply") return heard;
  return reply.failure.reason === "cut" ? maxTokens : Math.ceil(reply.failure.raw.length / charsPerToken);
}

const gone = ({ kind, detail }: Cause, lines: readonly string[]): Failure => ({
  kind: "gone",
  detail: [`${kind}: ${detail}`, ...lines].join(" | ").slice(0, 1_000),
});
