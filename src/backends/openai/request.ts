/** The body of a chat completion, as text. The fixed parts are written once and kept, for a run asks many times. Pure. */

import type { Failure } from "../../core/failure.ts";
import type { Question } from "../backend.ts";
import { folded, messageJson } from "../messages.ts";
import type { Asked, Change } from "../wire.ts";

/** Fields that some servers refuse by name: each is left out, for good, by a backend that has been told so. */
const optionalFields = ["response_format", "stream_options", "chat_template_kwargs", "temperature"] as const;
type OptionalField = (typeof optionalFields)[number];

export interface RequestShape {
  readonly model: string | null;
  readonly thinking: boolean;
  /** Optional fields, `max_tokens` (its newer name is used then), `system_role` (its text goes to the user's). */
  readonly without: ReadonlySet<string>;
}

/** The server counts the length of a string for us; mlx_lm.server needs that Content-Length (facts on mlx_lm.server). */
export function requestBody(asked: Asked, shape: RequestShape): string {
  const messages = shape.without.has("system_role") ? folded(asked.messages) : asked.messages;
  return `{${fixedJson(asked, shape)},"messages":[${messages.map(messageJson).join(",")}]}`;
}

/** Order of keys is order of sending: what never changes comes first. */
function fixedJson(asked: Asked, { model, thinking, without }: RequestShape): string {
  const has = (field: OptionalField): boolean => !without.has(field);
  const limit = without.has("max_tokens") ? "max_completion_tokens" : "max_tokens";
  const parts = ['"stream":true', `"${limit}":${asked.maxTokens}`];
  if (model !== null) parts.push(`"model":${JSON.stringify(model)}`);
  if (has("temperature")) parts.push('"temperature":0');
  if (has("stream_options")) parts.push('"stream_options":{"include_usage":true}');
  if (has("chat_template_kwargs") && !thinking) parts.push('"chat_template_kwargs":{"enable_thinking":false}');
  if (has("response_format") && asked.schema !== null) parts.push(`"response_format":${formatJson(asked.schema)}`);
  return parts.join(",");
}

const formats = new WeakMap<object, string>();

function formatJson(schema: Question["schema"]): string {
  const kept = formats.get(schema);
  if (kept !== undefined) return kept;
  const json = JSON.stringify({ type: "json_schema", json_schema: { name: "enrichment", strict: true, schema } });
  formats.set(schema, json);
  return json;
}

/** What a refusal names, among what was sent; null when it names nothing. */
export function changeFor(failure: Failure, without: ReadonlySet<string>): Change | null {
  const part = refusedPart(failure, without);
  return part === null ? null : { without: part };
}

/** A template without a place for the system's text says so with whatever status a failing template has. */
const templateKinds: readonly string[] = ["bad_request", "server_error", "model_missing"];
const systemRefused = /system (?:role|message|prompt)s? (?:is |are )?not supported|roles must alternate/i;

/** Only the beginning is read: some servers repeat the whole request in their message, and it would name everything. */
function refusedPart(failure: Failure, without: ReadonlySet<string>): string | null {
  const said = failure.detail.slice(0, 300);
  if (templateKinds.includes(failure.kind) && systemRefused.test(said)) return unless("system_role", without);
  if (failure.kind !== "bad_request") return null;
  if (said.includes("max_completion_tokens")) return unless("max_tokens", without);
  const named = /json_schema|structured output/i.test(said) ? `${said} response_format` : said;
  return optionalFields.find((field) => !without.has(field) && named.includes(field)) ?? null;
}

const unless = (part: string, without: ReadonlySet<string>): string | null => (without.has(part) ? null : part);
