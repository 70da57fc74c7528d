/**
 * Conversations of Claude's data export (`conversations.json`) into pieces. A message is a text in the older exports, and
 * has blocks as well in the newer ones, of which some are no text.
 */

import type { Output } from "../piece.ts";
import { asList, asRecord, asText, asWord, type JsonRecord } from "../record.ts";
import { timeOf } from "../time.ts";
import { asItIs, type Rules, textIn } from "./blocks.ts";
import { giveMessage } from "./message.ts";

const claudeSource = "claude";

const blocks: Rules = {
  thinking: "thinking",
  redacted_thinking: "thinking",
  tool_use: "tool_call",
  tool_result: "tool_output",
  token_budget: "bookkeeping",
  flag: "bookkeeping",
  image: "attachment",
  document: "attachment",
};

export function readClaudeConversation(conversation: JsonRecord, output: Output): void {
  const id = asWord(conversation["uuid"]);
  const title = asWord(conversation["name"]);
  const project = asWord(asRecord(conversation["project"])?.["name"]);
  const startedAt = timeOf(conversation["created_at"]);
  let position = 0;
  for (const value of asList(conversation["chat_messages"])) {
    const message = asRecord(value);
    const sender = senderOf(message);
    if (message === null || sender === null) {
      output.unknown("message without a known sender");
      continue;
    }
    for (const file of [...asList(message["attachments"]), ...asList(message["files"])])
      if (file !== null) output.leftOut("attachment");
    position = giveMessage(
      {
        ...{ id: asWord(message["uuid"]), sender, text: textOf(message, output) },
        ...{ createdAt: timeOf(message["created_at"]) ?? startedAt, conversationId: id, project },
        ...{ source: claudeSource, line: null, metadata: { title } },
      },
      position,
      output,
    );
  }
}

function senderOf(message: JsonRecord | null): "user" | "assistant" | null {
  const sender = message?.["sender"];
  if (sender === "human" || sender === "user") return "user";
  return sender === "assistant" ? "assistant" : null;
}

/** The blocks, where there are some; `text` then holds placeholders for what is no text. */
function textOf(message: JsonRecord, output: Output): string {
  const { content } = message;
  const hasBlocks = Array.isArray(content) && content.length > 0;
  const text = hasBlocks ? textIn(content, "message", blocks, output, asItIs) : null;
  return text ?? asText(message["text"]) ?? "";
}
