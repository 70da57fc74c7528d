/** Puts an answer together from the lines of Ollama's stream, each an object of its own. It reads no connection. */

import type { Failure } from "../../core/failure.ts";
import { type Draft, takePiece, textCharsMax } from "../draft.ts";
import { failureOfError, unusable } from "../failure.ts";
import { count, field, parseJson, text } from "../json.ts";
import type { Reader } from "../wire.ts";

export function lineReader(draft: Draft): Reader {
  let rest = "";
  return (said, nowMs) => {
    const lines = (rest + said).split("\n");
    const last = lines.pop() ?? "";
    // A whole object is no beginning of a longer one: the last line may come without its end.
    const isWhole = last.endsWith("}") && parseJson(last) !== undefined;
    if (isWhole) lines.push(last);
    rest = isWhole ? "" : last;
    for (const line of lines) {
      if (line.trim() === "" || draft.done) continue;
      const failure = takeLine(draft, line, nowMs);
      if (failure !== null) return failure;
    }
    return null;
  };
}

function takeLine(draft: Draft, line: string, nowMs: number): Failure | null {
  const record = parseJson(line);
  if (record === undefined) return unusable("not_api", `a line of the stream is not JSON: ${line}`, draft.text);
  return takeRecord(draft, record, nowMs);
}

/** A server that ignores `stream: true`, or one line that a proxy calls JSON. */
export function takeBody(draft: Draft, body: string, nowMs: number): Failure | null {
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  const records = lines.map(parseJson);
  const isApi = records.some((record) => field(record, "message") || field(record, "error"));
  if (!isApi) return unusable("not_api", `no answer of Ollama: ${body}`, body.slice(0, textCharsMax));
  for (const record of records) {
    const failure = takeRecord(draft, record, nowMs);
    if (failure !== null) return failure;
  }
  return draft.done ? null : unended(draft);
}

function takeRecord(draft: Draft, record: unknown, nowMs: number): Failure | null {
  const error = field(record, "error");
  if (error) return failureOfError(error);
  draft.model = text(field(record, "model")) ?? draft.model;
  const message = field(record, "message");
  const failure = takePiece(draft, text(field(message, "content")), text(field(message, "thinking")), nowMs);
  if (failure !== null || field(record, "done") !== true) return failure;
  draft.done = true;
  draft.finish = text(field(record, "done_reason")) ?? "stop";
  draft.usage = {
    tokensIn: count(field(record, "prompt_eval_count")),
    tokensOut: count(field(record, "eval_count")),
    // It counts the whole prompt, whatever it had of it already, and says no more.
    tokensCached: null,
  };
  return null;
}

/** A stream that ends in order and without `done` is what Ollama makes of a model that repeats one token for ever. */
export const unended = (draft: Draft): Failure =>
  draft.text === ""
    ? { kind: "unreachable", reason: "reset", detail: "the stream ended before the answer began" }
    : unusable("cut", `the server gave the answer up after ${draft.text.length} characters`, draft.text);
