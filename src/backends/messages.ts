/** Messages as JSON, and as servers without a system role take them. Pure. */

import type { Message } from "./backend.ts";

const systemMessages = new WeakMap<Message, string>();

/** Only system messages are kept: a user message is asked about once, and may be large. */
export function messageJson(message: Message): string {
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

/** The text of the system before that of the first user message: still the first bytes, so a prompt cache keeps them. */
export function folded(messages: readonly Message[]): readonly Message[] {
  const fixed = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const others = messages.filter(({ role }) => role !== "system");
  const at = others.findIndex(({ role }) => role === "user");
  return others.map((message, index) =>
    index === at ? { ...message, content: [...fixed, message.content].join("\n\n") } : message,
  );
}
