/** The body of Ollama's `/api/chat`, as text. The schema is written once and kept. Pure. */

import type { Failure } from "../../core/failure.ts";
import type { Question } from "../backend.ts";
import { folded, messageJson } from "../messages.ts";
import type { Asked } from "../wire.ts";

export interface OllamaShape {
  readonly model: string;
  readonly thinking: boolean;
  readonly contextTokens: number;
  /** Whether the time that a model stays loaded is ours to set. */
  readonly setsStay: boolean;
  /** `think`, `schema` (plain JSON is asked for then), `format`, `system_role`. */
  readonly without: ReadonlySet<string>;
}

/** Longer than any pause of a run that is not one of the server, and then the memory is the user's again. */
export const stayMinutes = 10;

/**
 * `truncate` and `shift`: by default Ollama cuts what does not fit without a word, beginning with the instructions; so
 * told, it refuses. Releases that do not know a field pass over it.
 */
export function requestBody(asked: Asked, shape: OllamaShape): string {
  const { model, thinking, contextTokens, setsStay, without } = shape;
  const messages = without.has("system_role") ? folded(asked.messages) : asked.messages;
  const parts = [`"model":${JSON.stringify(model)}`, '"stream":true'];
  if (setsStay) parts.push(`"keep_alive":"${stayMinutes}m"`);
  parts.push('"truncate":false', '"shift":false');
  parts.push(`"options":{"temperature":0,"num_ctx":${contextTokens},"num_predict":${asked.maxTokens}}`);
  if (!thinking && !without.has("think")) parts.push('"think":false');
  if (asked.schema !== null && !without.has("format")) {
    parts.push(`"format":${without.has("schema") ? '"json"' : schemaJson(asked.schema)}`);
  }
  return `{${parts.join(",")},"messages":[${messages.map(messageJson).join(",")}]}`;
}

const schemas = new WeakMap<object, string>();

function schemaJson(schema: Question["schema"]): string {
  const kept = schemas.get(schema) ?? JSON.stringify(schema);
  schemas.set(schema, kept);
  return kept;
}

/** The words of the server, each with the part that is left out for them; the first that is still there decides. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/think/i, "think"],
  [/\bformat\b|grammar|json schema/i, "schema"],
  [/\bformat\b/i, "format"],
  [/system (?:role|message|prompt)s? (?:is |are )?not supported/i, "system_role"],
];

/** A schema that no grammar can be made of is an error of the server's own (500), not of the request. */
export function refusedPart(failure: Failure, without: ReadonlySet<string>): string | null {
  if (failure.kind !== "bad_request" && failure.kind !== "server_error") return null;
  const said = failure.detail.slice(0, 300);
  return refusals.find(([words, part]) => words.test(said) && !without.has(part))?.[1] ?? null;
}
