/** Which program wrote a conversation, by the first records of its file: a name says too little. Pure. */

import type { Format } from "./piece.ts";
import { asRecord, type JsonRecord, recordIn } from "./record.ts";

/** Enough for the first records; one that is longer is known by how it begins. */
export const headBytes = 65_536;
const linesMax = 20;

/** Null: not one of the conversations that are known. */
export function conversationIn(head: Uint8Array): Format | null {
  const text = new TextDecoder().decode(head).replace(/^\uFEFF/, "");
  for (const line of text.split("\n", linesMax)) {
    const record = recordIn(line);
    const found = typeof record === "string" ? formatOfStart(line) : formatOfRecord(record);
    if (found !== null) return found;
  }
  return exportIn(text);
}

/**
 * One value of JSON; it goes on far behind the head, so that what is looked for is how its first conversation begins.
 * Both keys come before the first message.
 */
function exportIn(text: string): Format | null {
  if (!/^\s*(?:\[\s*\{|\{)\s*"/.test(text)) return null;
  if (/"chat_messages"\s*:\s*\[/.test(text) && /"uuid"\s*:\s*"/.test(text)) return "claude";
  return /"mapping"\s*:\s*\{/.test(text) && /"(?:create_time|title)"\s*:/.test(text) ? "chatgpt" : null;
}

const codexLines = new Set(["session_meta", "response_item", "event_msg", "turn_context", "compacted", "world_state"]);
const claudeLines = new Set(["user", "assistant", "system", "progress", "attachment", "queue-operation"]);

function formatOfRecord(record: JsonRecord): Format | null {
  const { type, sessionId, payload } = record;
  if (typeof type === "string" && codexLines.has(type) && asRecord(payload) !== null) return "codex";
  if (record["record_type"] === "state") return "codex";
  if (isBareHeader(record) || isBareItem(record)) return "codex";
  if (typeof type !== "string") return null;
  if (type === "summary" && typeof record["leafUuid"] === "string") return "claude-code";
  if (type === "file-history-snapshot" && asRecord(record["snapshot"]) !== null) return "claude-code";
  const isClaude = claudeLines.has(type) || typeof record["uuid"] === "string" || asRecord(record["message"]) !== null;
  return typeof sessionId === "string" && isClaude ? "claude-code" : null;
}

/** As the first versions of Codex wrote it, without an envelope. */
const isBareHeader = (record: JsonRecord): boolean =>
  ["id", "timestamp", "instructions"].every((key) => Object.hasOwn(record, key)) && record["type"] === undefined;

function isBareItem({ type, content }: JsonRecord): boolean {
  const first = Array.isArray(content) ? asRecord(content[0])?.["type"] : null;
  return type === "message" && (first === "input_text" || first === "output_text");
}

/** A record that goes on behind the head. */
function formatOfStart(line: string): Format | null {
  if (!/^\s*\{\s*"/.test(line)) return null;
  const start = line.slice(0, 4_000);
  if (/"type"\s*:\s*"(?:session_meta|response_item|event_msg|turn_context)"\s*,\s*"payload"\s*:/.test(start))
    return "codex";
  return /"sessionId"\s*:\s*"/.test(start) && /"(?:parentUuid|isSidechain)"\s*:/.test(start) ? "claude-code" : null;
}
