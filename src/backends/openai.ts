/** The backend of every OpenAI-compatible server: llama-server, LM Studio, vLLM, a running mlx_lm.server. It starts none. */

import type { Clock } from "../core/clock.ts";
import { type Address, chatUrl, parseAddress } from "./address.ts";
import type { Backend } from "./backend.ts";
import { chatBackend } from "./chat-backend.ts";
import { type ConcessionMemory, concessionsOf, noMemory } from "./concessions.ts";
import { connectingTo } from "./connecting.ts";
import type { Line } from "./exchange.ts";
import { headersOf } from "./headers.ts";
import { modelName } from "./model-name.ts";
import { eventReader, takeBody, unended } from "./openai/reply.ts";
import { changeFor, requestBody } from "./openai/request.ts";
import type { Timeouts } from "./watchdog.ts";
import type { Wire } from "./wire.ts";

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
  readonly memory?: ConcessionMemory;
}

const proxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/** Throws a Problem for an address or a key that cannot be used. */
export function openaiBackend(options: OpenaiOptions): Backend {
  const { name, model, thinking, apiKey, clock, timeouts, environment = process.env, memory = noMemory } = options;
  const address = parseAddress(options.url);
  const isProxied = address.isRemote && proxyVariables.some((variable) => Boolean(environment[variable]));
  const headers = headersOf(apiKey);
  const place = { address, connecting: connectingTo(address), isProxied };
  const line: Line = { wire: wireOf(address, model, thinking), ...place, headers, timeouts, clock };
  return chatBackend({
    ...{ name, pinnedModel: model, line, clock, secret: apiKey },
    names: modelName({ address, headers, configured: model, clock }),
    concessions: concessionsOf(memory, address.shown, model),
  });
}

const wireOf = (address: Address, model: string | null, thinking: boolean): Wire => ({
  chatUrl: chatUrl(address),
  body: (asked, without) => requestBody(asked, { model, thinking, without }),
  streamType: "text/event-stream",
  reader: eventReader,
  takeBody,
  unended,
  changeFor,
});
