/** Puts an answer together from the events of a chat completion, or from its one plain body. It reads no connection. */

import { createParser } from "eventsource-parser";
import type { Failure } from "../../core/failure.ts";
import type { Usage } from "../backend.ts";
import { type Draft, takePiece, textCharsMax } from "../draft.ts";
import { failureOfError, unusable } from "../failure.ts";
import { count, field, first, parseJson, text } from "../json.ts";
import type { Reader } from "../wire.ts";

export function eventReader(draft: Draft): Reader {
  const state: { failure: Failure | null; atMs: number } = { failure: null, atMs: 0 };
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (!draft.done) state.failure ??= takeEvent(draft, event, data, state.atMs);
    },
  });
  return (said, nowMs) => {
    state.atMs = nowMs;
    parser.feed(said);
    return state.failure;
  };
}

function takeEvent(draft: Draft, event: string | undefined, data: string, nowMs: number): Failure | null {
  if (data === "[DONE]") {
    draft.done = true;
    return null;
  }
  const chunk = parseJson(data);
  if (chunk === undefined) return unusable("not_api", `an event of the stream is not JSON: ${data}`, draft.text);
  // LM Studio reports its errors so, in a stream that began with 200.
  if (event === "error") return failureOfError(field(chunk, "error") ?? chunk);
  return takeObject(draft, chunk, "delta", nowMs);
}

/** A server that ignores `stream: true` sends this instead. */
export function takeBody(draft: Draft, body: string, nowMs: number): Failure | null {
  const whole = parseJson(body);
  const failure =
    first(field(whole, "choices")) === undefined && !field(whole, "error")
      ? unusable("not_api", `no chat completion: ${body}`, body.slice(0, textCharsMax))
      : takeObject(draft, whole, "message", nowMs);
  draft.done = true;
  return failure;
}

function takeObject(draft: Draft, chunk: unknown, part: "delta" | "message", nowMs: number): Failure | null {
  const error = field(chunk, "error");
  if (error) return failureOfError(error);
  draft.model = text(field(chunk, "model")) ?? draft.model;
  const usage = field(chunk, "usage");
  if (usage) draft.usage = usageOf(usage);
  const choice = first(field(chunk, "choices"));
  if (choice === undefined) return null;
  draft.finish = text(field(choice, "finish_reason")) ?? draft.finish;
  const tokens = field(choice, part);
  const thinking = text(field(tokens, "reasoning")) ?? text(field(tokens, "reasoning_content"));
  return takePiece(draft, text(field(tokens, "content")), thinking, nowMs);
}

const usageOf = (usage: unknown): Usage => ({
  tokensIn: count(field(usage, "prompt_tokens")),
  tokensOut: count(field(usage, "completion_tokens")),
  tokensCached: count(field(field(usage, "prompt_tokens_details"), "cached_tokens")),
});

/** Without `[DONE]` and without a finish reason it was cut: mlx_lm.server speaks HTTP/1.0, where only this shows it. */
export const unended = (draft: Draft): Failure | null =>
  draft.finish !== null
    ? null
    : {
        kind: "unreachable",
        reason: "reset",
        detail: `the stream ended after ${draft.text.length} characters, before the answer did`,
      };
