/** Puts an answer together from the events of a chat completion, or from its one plain body. It reads no connection. */

import type { Failure } from "../core/failure.ts";
import type { Usage } from "./backend.ts";
import { failureOfError, unusable } from "./failure.ts";
import { count, field, first, parseJson, text } from "./json.ts";

/** An answer while it grows. */
export interface Draft {
  text: string;
  finish: string | null;
  model: string | null;
  usage: Usage | null;
  /** The first token of either kind, in the clock's milliseconds; thinking counts as life, not as text. */
  firstTokenAtMs: number | null;
  /** `[DONE]` was there: the server says that nothing is missing. */
  done: boolean;
}

export const emptyDraft = (): Draft => ({
  text: "",
  finish: null,
  model: null,
  usage: null,
  firstTokenAtMs: null,
  done: false,
});

/** An enrichment has some 2 KB; a model that repeats itself for ever must not fill our memory. */
export const textCharsMax = 256 * 1024;

/** Takes one event of the stream in; a failure ends the reading. */
export function takeEvent(draft: Draft, event: string | undefined, data: string, nowMs: number): Failure | null {
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
  return takeTokens(draft, field(choice, part), nowMs);
}

function takeTokens(draft: Draft, tokens: unknown, nowMs: number): Failure | null {
  const content = text(field(tokens, "content"));
  if (content === null) {
    if (text(field(tokens, "reasoning")) ?? text(field(tokens, "reasoning_content"))) draft.firstTokenAtMs ??= nowMs;
    return null;
  }
  draft.firstTokenAtMs ??= nowMs;
  draft.text += content;
  if (draft.text.length <= textCharsMax) return null;
  return unusable("oversized", `over ${textCharsMax} characters and still not at its end`, draft.text.slice(0, 2000));
}

const usageOf = (usage: unknown): Usage => ({
  tokensIn: count(field(usage, "prompt_tokens")),
  tokensOut: count(field(usage, "completion_tokens")),
  tokensCached: count(field(field(usage, "prompt_tokens_details"), "cached_tokens")),
});
