/** The backend of every OpenAI-compatible server: llama-server, LM Studio, vLLM, a running mlx_lm.server. It starts none. */

import type { Clock } from "../core/clock.ts";
import { type Failure, failed, success } from "../core/failure.ts";
import { Problem } from "../core/problem.ts";
import { parseAddress } from "./address.ts";
import type { AskOptions, Backend, Reply } from "./backend.ts";
import type { Draft } from "./chat-reply.ts";
import { type Asked, type OptionalField, refusedField, requestBody } from "./chat-request.ts";
import { type Exchanged, exchange, type Line } from "./exchange.ts";
import { presentable, unusable } from "./failure.ts";
import { modelName } from "./model-name.ts";
import type { Timeouts } from "./watchdog.ts";

export interface OpenaiOptions {
  /** `openai`, or the name of a service that speaks the same: it is what a failure and an enrichment are filed under. */
  readonly name: string;
  readonly url: string;
  /** Null leaves the choice to the server, which mlx_lm.server needs (another name makes it drop the loaded model). */
  readonly model: string | null;
  readonly apiKey: string | null;
  readonly thinking: boolean;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** Where Bun's fetch finds its proxies; only remote servers are asked through one. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const proxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/** A stale connection is reset at once; what breaks later than this may have been the question's own work. */
const staleMs = 1000;

/** Throws a Problem for an address or a key that cannot be used. */
export function openaiBackend(options: OpenaiOptions): Backend {
  const { name, model, thinking, apiKey, clock, timeouts, environment = process.env } = options;
  const address = parseAddress(options.url);
  const isProxied = address.isRemote && proxyVariables.some((variable) => Boolean(environment[variable]));
  const line: Line = { address, headers: headersOf(apiKey), timeouts, clock, isProxied };
  const dropped = new Set<OptionalField>();
  const names = modelName({ address, headers: line.headers, configured: model, clock });
  let hasAnswered = false;

  return {
    name,
    get model() {
      return names.known();
    },
    pinnedModel: model,
    ask: async (question, askOptions) => {
      const startMs = clock.nowMs();
      const exchanged = await converse(question, askOptions);
      const endMs = clock.nowMs();
      if (!exchanged.ok) return failed(presentable(exchanged.failure, apiKey));
      const fault = faultOf(exchanged.draft);
      if (fault !== null) return failed(presentable(fault, apiKey));
      const said = await names.of(exchanged.draft.model, askOptions.signal);
      return success(replyOf(exchanged.draft, said, startMs, endMs));
    },
    probe: async (signal) => {
      const exchanged = await converse(smallest, { signal });
      if (!exchanged.ok) return failed(presentable(exchanged.failure, apiKey));
      return success({ model: await names.of(exchanged.draft.model, signal) });
    },
  };

  /** Asks again without a field that the server refuses by name: found once, remembered for this backend's life. */
  async function converse(asked: Asked, askOptions: AskOptions): Promise<Exchanged> {
    for (;;) {
      const sent = new Set(dropped);
      const exchanged = await send(requestBody(asked, { model, thinking, dropped: sent }), askOptions);
      if (exchanged.ok || exchanged.failure.kind !== "bad_request") return exchanged;
      const field = refusedField(exchanged.failure.detail, sent);
      if (field === null) return exchanged;
      dropped.add(field);
    }
  }

  /**
   * A kept connection that the server has closed meanwhile is reset by our first byte on it, and Bun repeats a GET then
   * but never a POST (facts on Bun): so the first question after a pause or a restart would fail. It is sent once more
   * when nothing at all came back, at once, and there was a connection to go stale. A server that dies of a question
   * dies later than that, and must not be given it again.
   */
  async function send(body: string, askOptions: AskOptions): Promise<Exchanged> {
    const startMs = clock.nowMs();
    const exchanged = await exchange(line, body, askOptions);
    if (exchanged.ok || exchanged.responded) hasAnswered = true;
    const isStale =
      !exchanged.ok && !exchanged.responded && isReset(exchanged.failure) && clock.nowMs() - startMs < staleMs;
    return isStale && hasAnswered ? exchange(line, body, askOptions) : exchanged;
  }
}

const isReset = (failure: Failure): boolean => failure.kind === "unreachable" && failure.reason === "reset";

/** The smallest generation: only a token proves that a server can make one (facts on mlx_lm.server). */
const smallest: Asked = { messages: [{ role: "user", content: "Say yes." }], maxTokens: 1, schema: null };

function headersOf(apiKey: string | null): Record<string, string> {
  if (apiKey === null) return { "content-type": "application/json" };
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    const what = "the key has a space, a line break or a letter in it that no header can carry";
    throw new Problem("config", what, "the API key", "copy it again, without quotes and line breaks");
  }
  return { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
}

/** A stream may end well and still hold no answer. */
function faultOf({ text, finish, firstTokenAtMs }: Draft): Failure | null {
  if (finish === "length") return unusable("cut", `cut at max_tokens, after ${text.length} characters`, text);
  if (text.trim() !== "") return null;
  return unusable("empty", firstTokenAtMs === null ? "no token at all" : "thinking, and no answer after it", text);
}

const replyOf = (draft: Draft, model: string, startMs: number, endMs: number): Reply => ({
  text: draft.text,
  model,
  usage: draft.usage,
  firstTokenMs: (draft.firstTokenAtMs ?? endMs) - startMs,
  durationMs: endMs - startMs,
});
