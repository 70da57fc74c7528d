/** Asks over any wire: makes the exchange, changes the question where the server must have it otherwise, names the answer. */

import type { Clock } from "../core/clock.ts";
import { type Failure, failed, isReset, success } from "../core/failure.ts";
import type { AskOptions, Backend, Reply } from "./backend.ts";
import type { Concessions } from "./concessions.ts";
import type { Draft } from "./draft.ts";
import { type Exchanged, exchange, type Line } from "./exchange.ts";
import { placedAt, presentable, unusable } from "./failure.ts";
import type { ModelName } from "./model-name.ts";
import type { Asked } from "./wire.ts";

export interface ChatParts {
  readonly name: string;
  readonly pinnedModel: string | null;
  readonly line: Line;
  readonly names: ModelName;
  readonly concessions: Concessions;
  /** The key: never shown, whoever repeats it. */
  readonly secret: string | null;
  /** What a person can do about a failure that this kind of server has its own remedy for, said after its words. */
  readonly advice?: (failure: Failure) => string | null;
  readonly clock: Clock;
}

/** A stale connection is reset at once; what breaks later than this may have been the question's own work. */
const staleMs = 1000;

export function chatBackend(parts: ChatParts): Backend {
  const { name, pinnedModel, line, names, concessions, clock } = parts;
  let hasAnswered = false;

  return {
    name,
    get model() {
      return names.known();
    },
    pinnedModel,
    ask: async (question, askOptions) => {
      const startMs = clock.nowMs();
      const exchanged = await converse(question, askOptions);
      const endMs = clock.nowMs();
      if (!exchanged.ok) return failed(shown(exchanged.failure));
      const fault = faultOf(exchanged.draft);
      if (fault !== null) return failed(shown(fault));
      const said = await names.of(exchanged.draft.model, askOptions.signal);
      return success(replyOf(exchanged.draft, said, startMs, endMs));
    },
    probe: async (signal) => {
      const exchanged = await converse(smallest, { signal });
      if (!exchanged.ok) return failed(shown(exchanged.failure));
      return success({ model: await names.of(exchanged.draft.model, signal) });
    },
  };

  function shown(failure: Failure): Failure {
    const advice = parts.advice?.(failure) ?? null;
    const placed = placedAt(failure, line.address.shown);
    return presentable(advice === null ? placed : { ...placed, detail: `${placed.detail}: ${advice}` }, parts.secret);
  }

  /** Asks again without the part that the server refuses by name, which is remembered; a part is left out only once. */
  async function converse(asked: Asked, askOptions: AskOptions): Promise<Exchanged> {
    let hasGrown = false;
    for (;;) {
      const without = concessions.madeFor(asked.schema);
      const exchanged = await send(line.wire.body(asked, without), askOptions);
      const change = exchanged.ok ? null : line.wire.changeFor(exchanged.failure, without, asked);
      if (change === null || (change === "more_room" && hasGrown)) return exchanged;
      if (change === "more_room") hasGrown = true;
      else concessions.make(change.without, asked.schema);
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

/** The smallest generation: only a token proves that a server can make one (facts on mlx_lm.server). */
const smallest: Asked = { messages: [{ role: "user", content: "Say yes." }], maxTokens: 1, schema: null };

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
