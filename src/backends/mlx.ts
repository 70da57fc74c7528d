/**
 * The backend of an mlx_lm.server that is kept alive for us: each question waits until one is ready, and one that was in
 * flight when the server died has failed of that, whatever its connection says. It knows no process.
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

export function mlxBackend(options: MlxOptions): Backend {
  const { ensureReady, isReady, clock, model, close, lastLines, stopping, restart } = options;
  const name = "mlx";
  let client: { readonly url: string; readonly backend: Backend } | null = null;

  /** Another port after a restart, and other connections in any case. */
  const clientAt = (url: string): Backend => {
    if (client?.url !== url) client = { url, backend: openaiBackend({ ...options, name, url }) };
    return client.backend;
  };

  async function ask(question: Question, { signal, onProgress }: AskOptions): Promise<Outcome<Reply>> {
    const ready = await ensureReady(AbortSignal.any([signal, stopping]));
    if (!ready.ok) return failed(gone(ready.failure, lastLines()));
    const server = ready.value;
    server.asked();
    let told = false;
    const settle: ReadyServer["settled"] = (result, tokens) => {
      if (!told) server.settled(result, tokens);
      told = true;
    };
    try {
      const reply = await clientAt(server.url).ask(question, {
        signal: AbortSignal.any([signal, server.lost]),
        onProgress: (hasToken) => {
          server.alive();
          onProgress?.(hasToken);
        },
      });
      if (reply.ok) {
        settle("answered", reply.value.usage?.tokensOut ?? 0);
        return reply;
      }
      // A reset comes a little before the news of the end that it came of, and that tells more than a doubt.
      if (reply.failure.kind === "unreachable") await lostWithin(server.lost, clock, verdictMs);
      settle(resultOf(reply.failure), 0);
      return failed(await judged(reply.failure, server, signal));
    } catch (error) {
      settle("other", 0);
      if (signal.aborted || !server.lost.aborted) throw error;
      return failed(await judged(silent, server, signal));
    }
  }

  async function judged(failure: Failure, server: ReadyServer, signal: AbortSignal): Promise<Failure> {
    // It has generated with this model: what it says of it now is no reason to look for another one.
    if (failure.kind === "model_missing") return { ...failure, kind: "server_error" };
    if (failure.kind !== "unreachable" && failure.kind !== "timeout") return failure;
    await lostWithin(server.lost, clock, verdictMs);
    signal.throwIfAborted();
    if (!server.lost.aborted) return failure;
    const cause = await server.verdict;
    if (cause === null) return failure;
    // On purpose, which says nothing about the texts that were in flight.
    if (cause.kind === "asked" || cause.kind === "recycled")
      return { kind: "unreachable", reason: "refused", detail: `started anew, ${cause.detail}` };
    return { kind: "unreachable", reason: "reset", detail: `the server ended: ${cause.kind}: ${cause.detail}` };
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

async function lostWithin(lost: AbortSignal, clock: Clock, ms: number): Promise<void> {
  if (!lost.aborted) await clock.sleep(ms, lost);
}

const gone = ({ kind, detail }: Cause, lines: readonly string[]): Failure => ({
  kind: "gone",
  detail: [`${kind}: ${detail}`, ...lines].join(" | ").slice(0, 1_000),
});
