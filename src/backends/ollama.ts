/** The backend of Ollama, over its own API: only there can the context be as large as a question needs. It pulls no model. */

import type { Clock } from "../core/clock.ts";
import { type Failure, failed } from "../core/failure.ts";
import { Problem } from "../core/problem.ts";
import { type Address, ownUrl, parseAddress } from "./address.ts";
import type { Backend } from "./backend.ts";
import { chatBackend } from "./chat-backend.ts";
import { type ConcessionMemory, concessionsOf, noMemory } from "./concessions.ts";
import { connectingTo } from "./connecting.ts";
import type { Line } from "./exchange.ts";
import { placedAt, presentable } from "./failure.ts";
import { headersOf } from "./headers.ts";
import { modelName } from "./model-name.ts";
import { lineReader, takeBody, unended } from "./ollama/reply.ts";
import { refusedPart, requestBody, stayMinutes } from "./ollama/request.ts";
import { createRoom, type Room } from "./ollama/room.ts";
import { namesElsewhere, readStock, type StockedModel, sameModel } from "./ollama/stock.ts";
import { type Seen, timedOut } from "./timed-out.ts";
import { type Expiry, type Timeouts, watch } from "./watchdog.ts";
import type { Wire } from "./wire.ts";

export interface OllamaOptions {
  readonly url: string;
  /** Ollama has no model of its own choice. */
  readonly model: string;
  readonly apiKey: string | null;
  readonly thinking: boolean;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly memory?: ConcessionMemory;
  /** The model is being loaded: to be shown, so that nobody takes it for a hang. */
  readonly onLoading?: (detail: string) => void;
}

/** Without a question for this long, somebody else's model may have taken the memory. */
const coldMs = 4 * 60_000;
/** It answers from its disk, whatever its models do. */
const listMs = 30_000;

export function ollamaBackend(options: OllamaOptions): Backend {
  const { model, thinking, apiKey, clock, timeouts, memory = noMemory, onLoading = () => {} } = options;
  const address = parseAddress(options.url);
  if (namesElsewhere(model)) throw runsElsewhere(model);
  const headers = headersOf(apiKey);
  const room = createRoom();
  const stay = { isOurs: true };
  const wire = wireOf(address, { model, thinking, room, stay });
  const place = { address, connecting: connectingTo(address), isProxied: false };
  const line: Line = { wire, ...place, headers, timeouts, clock };
  const backend = chatBackend({
    ...{ name: "ollama", pinnedModel: model, line, clock, secret: apiKey },
    names: modelName({ address, headers, configured: model, clock }),
    concessions: concessionsOf(memory, address.shown, model),
    advice: ({ kind }) => (kind === "model_missing" ? `get it with "ollama pull ${model}"` : null),
  });
  let askedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<Failure | null> = Promise.resolve(null);

  return {
    ...{ name: backend.name, pinnedModel: model, model },
    ask: async (question, askOptions) => {
      const failure = await lookFirst(askOptions.signal);
      return failure === null ? backend.ask(question, askOptions) : failed(failure);
    },
    probe: async (signal) => {
      const failure = await lookFirst(signal);
      return failure === null ? backend.probe(signal) : failed(failure);
    },
  };

  /** Before the first question, and after a pause: whose machine the model runs on, and whether it is loaded. */
  async function lookFirst(signal: AbortSignal): Promise<Failure | null> {
    signal.throwIfAborted();
    const nowMs = clock.nowMs();
    if (nowMs - askedMs >= coldMs) {
      looking = look();
      looking.catch(() => {});
    }
    askedMs = nowMs;
    const failure = await heeding(looking, signal);
    // Nothing was asked: the next question looks again.
    if (failure !== null) askedMs = Number.NEGATIVE_INFINITY;
    return failure;
  }

  async function look(): Promise<Failure | null> {
    const ended = new AbortController();
    const connecting = connectingTo(address);
    const watchdog = watch({
      ...{ clock, timeouts: { ...timeouts, firstTokenMs: Math.min(timeouts.firstTokenMs, listMs) } },
      onDoubt: () => void connecting.looked(ended.signal).then(watchdog.connected),
      onExpiry: () => ended.abort(),
    });
    const stock = await readStock(address, ended.signal, { headers, ...connecting.told(watchdog.connected) });
    const expiry = watchdog.expiry();
    watchdog.stop();
    ended.abort();
    if (expiry !== null) return silence(expiry, { timeouts, isTls: connecting.isTls, place: address.shown });
    if (!stock.ok) return presentable(placedAt(stock.failure, address.shown), apiKey);
    const found = stock.value.find(({ name }) => sameModel(name, model));
    if (found?.isElsewhere === true) throw runsElsewhere(model);
    if (found !== undefined) prepare(found);
    return null;
  }

  function prepare({ loadedTokens, bytes, staysUntil }: StockedModel): void {
    // Somebody has it loaded for longer, or for good: that is not ours to shorten.
    stay.isOurs = !(Date.parse(staysUntil ?? "") > clock.wallMs() + stayMinutes * 60_000);
    const size = bytes === 0 ? "" : ` (${(bytes / 1e9).toFixed(1)} GB)`;
    if (loadedTokens !== null) room.atLeast(loadedTokens);
    else onLoading(`${model}${size}`);
  }
}

interface WireShape {
  readonly model: string;
  readonly thinking: boolean;
  readonly room: Room;
  readonly stay: { readonly isOurs: boolean };
}

function wireOf(address: Address, shape: WireShape): Wire {
  const { room, stay, ...fixed } = shape;
  return {
    chatUrl: ownUrl(address, "/api/chat"),
    body: (asked, without) =>
      requestBody(asked, { ...fixed, contextTokens: room.for(asked), setsStay: stay.isOurs, without }),
    streamType: "application/x-ndjson",
    reader: lineReader,
    takeBody,
    unended,
    changeFor: (failure, without, asked) => {
      if (failure.kind === "too_large") return room.growFor(asked) ? "more_room" : null;
      const part = refusedPart(failure, without);
      return part === null ? null : { without: part };
    },
  };
}

const silence = (expiry: Expiry, seen: Omit<Seen, "responded" | "chars">): Failure =>
  expiry.phase === "connect"
    ? timedOut(expiry, { ...seen, responded: false, chars: 0 })
    : { kind: "timeout", ...expiry, detail: "it does not even list its models" };

/** Rejects with the signal's reason, whatever the work does then; no listener stays on the signal of a run. */
async function heeding<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  const cancel = (): void => reject(signal.reason);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** A model of Ollama's own machines is a remote backend, though its address is this machine's. */
function runsElsewhere(model: string): Problem {
  return new Problem(
    "config",
    "this model of Ollama does not run on this machine, and this version has no sanitizer for what leaves it",
    model,
    "name a model that was pulled to this machine with --model",
  );
}
