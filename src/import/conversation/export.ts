/** The bytes of a data export into pieces: each conversation of it by the reader of its format. */

import type { Output } from "../piece.ts";
import { asRecord, type JsonRecord } from "../record.ts";
import { readChatgptConversation } from "./chatgpt.ts";
import { readClaudeConversation } from "./claude.ts";
import { createValueReader, type ValueReader } from "./json-values.ts";

const readers = {
  claude: { read: readClaudeConversation, list: "chat_messages" },
  chatgpt: { read: readChatgptConversation, list: "mapping" },
} as const satisfies Readonly<
  Record<string, { readonly read: (conversation: JsonRecord, output: Output) => void; readonly list: string }>
>;

export function createExportReader(format: keyof typeof readers, output: Output): ValueReader {
  const { read, list } = readers[format];
  return createValueReader({
    value: (value, number) => {
      const conversation = asRecord(value);
      if (conversation === null) output.problem(null, `value ${number} is not a JSON object`);
      else if (typeof conversation[list] !== "object") output.unknown(`conversation without ${list}`);
      else read(conversation, output);
    },
    refused: (number, reason) => output.problem(null, `conversation ${number}: ${reason}`),
    broken: (reason) => output.problem(null, `${reason}; the conversations before that are in`),
  });
}
