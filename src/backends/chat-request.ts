/** The body of a chat completion, as text. The fixed parts are written once and kept, for a run asks many times. Pure. */

import type { Message, Question } from "./backend.ts";

/** Fields that some servers refuse by name: each is left out, for good, by a backend that has been told so. */
export const optionalFields = ["response_format", "stream_options", "chat_template_kwargs", "temperature"] as const;
export type OptionalField = (typeof optionalFields)[number];

export interface RequestShape {
  readonly model: string | null;
  readonly thinking: boolean;
  readonly dropped: ReadonlySet<OptionalField>;
}

/** What a question is made of here; a probe has no schema. */
export type Asked = Pick<Question, "messages" | "maxTokens"> & { readonly schema: Question["schema"] | null };

/** The server counts the length of a string for us; mlx_lm.server needs that Content-Length (facts on mlx_lm.server). */
export function requestBody(asked: Asked, shape: RequestShape): string {
  const messages = asked.messages.map(messageJson).join(",");
  return `{${fixedJson(asked, shape)},"messages":[${messages}]}`;
}

/** Order of keys is order of sending: what never changes comes first. */
function fixedJson(asked: Asked, { model, thinking, dropped }: RequestShape): string {
  const has = (field: OptionalField): boolean => !dropped.has(field);
  const parts = ['"stream":true', `"max_tokens":${asked.maxTokens}`];
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

const systemMessages = new WeakMap<Message, string>();

/** Only system messages are kept: a user message is asked about once, and may be large. */
function messageJson(message: Message): string {
  if (message.role !== "system") return wellFormedJson(message);
  const kept = systemMessages.get(message);
  if (kept !== undefined) return kept;
  const json = wellFormedJson(message);
  systemMessages.set(message, json);
  return json;
}

/** Half a surrogate pair is no JSON to llama.cpp (400), and to mlx_lm.server a missing model (404), which ends a run. */
const wellFormedJson = ({ role, content }: Message): string =>
  JSON.stringify({ role, content: content.toWellFormed() });

/**
 * The field that a refusal names, among those that were sent; null when it names none. Only the beginning is read:
 * some servers repeat the whole request in their message, and it would name everything.
 */
export function refusedField(detail: string, dropped: ReadonlySet<OptionalField>): OptionalField | null {
  const said = detail.slice(0, 300);
  const named = /json_schema|structured output/i.test(said) ? `${said} response_format` : said;
  return optionalFields.find((field) => !dropped.has(field) && named.includes(field)) ?? null;
}
