/**
 * Conversations of ChatGPT's data export (`conversations.json`) into pieces. A conversation is a tree, since messages can
 * be edited and answers asked for again: what is imported is the branch that its owner saw last.
 */

import type { LeftOutRule } from "../left-out.ts";
import type { Output } from "../piece.ts";
import { asList, asRecord, asWord, type JsonRecord } from "../record.ts";
import { timeOf } from "../time.ts";
import { type Rules, ruleIn } from "./blocks.ts";
import { giveMessage } from "./message.ts";

const chatgptSource = "chatgpt";

/** Types of content that are not what somebody said. */
const contents: Rules = {
  thoughts: "thinking",
  reasoning_recap: "thinking",
  user_editable_context: "system_text",
  model_editable_context: "system_text",
  app_pairing_content: "system_text",
  code: "tool_call",
  execution_output: "tool_output",
  computer_output: "tool_output",
  system_error: "tool_output",
  tether_quote: "tool_output",
  tether_browsing_code: "tool_output",
  tether_browsing_display: "tool_output",
  sonic_webpage: "tool_output",
  super_widget: "tool_output",
  citable_code_output: "tool_output",
};

const parts: Rules = {
  image_asset_pointer: "attachment",
  audio_asset_pointer: "attachment",
  video_container_asset_pointer: "attachment",
  real_time_user_audio_video_asset_pointer: "attachment",
};

const partTexts = new Set(["audio_transcription", "text"]);
/** Marks for links that are not in the export: between two characters of Unicode's private use. */
const citation = /\uE200[^\uE201\n]{0,500}\uE201/g;

export function readChatgptConversation(conversation: JsonRecord, output: Output): void {
  const mapping = asRecord(conversation["mapping"]) ?? {};
  const branch = branchOf(mapping, conversation["current_node"]);
  for (const [id, node] of Object.entries(mapping))
    if (!branch.has(id) && asRecord(asRecord(node)?.["message"]) !== null) output.leftOut("other_branch");
  const id = asWord(conversation["conversation_id"]) ?? asWord(conversation["id"]);
  const title = asWord(conversation["title"]);
  const startedAt = timeOf(conversation["create_time"]);
  let position = 0;
  function give(message: JsonRecord, said: Said): void {
    const model = said.sender === "user" ? null : asWord(asRecord(message["metadata"])?.["model_slug"]);
    position = giveMessage(
      {
        ...{ id: asWord(message["id"]), ...said, conversationId: id, source: chatgptSource, project: null, line: null },
        createdAt: timeOf(message["create_time"]) ?? startedAt,
        metadata: { title, model },
      },
      position,
      output,
    );
  }
  for (const message of branch.values()) {
    const said = message === null ? null : readMessage(message, output);
    if (message !== null && said !== null) give(message, said);
  }
}

/** The messages from the root to the node that was shown last, by their ids; null for a node without one. */
function branchOf(mapping: JsonRecord, current: unknown): Map<string, JsonRecord | null> {
  const path: (readonly [string, JsonRecord | null])[] = [];
  const seen = new Set<string>();
  let at = typeof current === "string" && Object.hasOwn(mapping, current) ? current : lastLeaf(mapping);
  while (typeof at === "string" && !seen.has(at) && Object.hasOwn(mapping, at)) {
    const node = asRecord(mapping[at]);
    seen.add(at);
    path.push([at, asRecord(node?.["message"])]);
    at = typeof node?.["parent"] === "string" ? node["parent"] : null;
  }
  return new Map(path.reverse());
}

/** Where nothing says which branch was shown: the one that ends last in the file. */
const lastLeaf = (mapping: JsonRecord): string | null =>
  Object.entries(mapping).findLast(([, node]) => asList(asRecord(node)?.["children"]).length === 0)?.[0] ?? null;

interface Said {
  readonly sender: "user" | "assistant";
  readonly text: string;
}

/** Null where nobody says anything in it; it is counted. */
function readMessage(message: JsonRecord, output: Output): Said | null {
  const role = asRecord(message["author"])?.["role"];
  const content = asRecord(message["content"]);
  const type = typeof content?.["content_type"] === "string" ? content["content_type"] : "no type";
  const rule = ruleFor(message, role) ?? ruleIn(contents, type);
  // The first node of a tree is a system message without a text.
  if (rule !== null) {
    output.leftOut(rule);
    return null;
  }
  if (role !== "user" && role !== "assistant") {
    output.unknown("message without a known role");
    return null;
  }
  if (type !== "text" && type !== "multimodal_text") {
    output.unknown(type);
    return null;
  }
  const texts = asList(content?.["parts"]).flatMap((part) => textOfPart(part, output));
  const text = texts
    .filter((one) => one.trim() !== "")
    .join("\n\n")
    .replace(citation, "");
  return { sender: role, text };
}

function ruleFor(message: JsonRecord, role: unknown): LeftOutRule | null {
  if (role === "system" || role === "developer") return "system_text";
  if (role === "tool") return "tool_output";
  const metadata = asRecord(message["metadata"]);
  if (metadata?.["is_visually_hidden_from_conversation"] === true) return "meta";
  const recipient = message["recipient"];
  return role === "assistant" && typeof recipient === "string" && recipient !== "all" ? "tool_call" : null;
}

function textOfPart(part: unknown, output: Output): string[] {
  if (typeof part === "string") return [part];
  const { content_type: kind, text } = asRecord(part) ?? {};
  const type = typeof kind === "string" ? kind : "no type";
  const rule = ruleIn(parts, type);
  if (rule !== null) output.leftOut(rule);
  else if (partTexts.has(type) && typeof text === "string") return [text];
  else output.unknown(`part/${type}`);
  return [];
}
