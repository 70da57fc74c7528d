/** Every kind of message of the data exports of Claude and ChatGPT, in conversations of twelve. */

import { blob, type Counts, code, type Kind, makeRecords, type Scene, trace } from "./corpus.ts";

const kind = (name: string, gives: Counts, make: (scene: Scene) => object): Kind => ({ name, gives, make });
const one = (contentType: string): Counts => ({ chunks: { [contentType]: 1 } });
const left = (rule: string, times = 1): Counts => ({ leftOut: { [rule]: times } });

const perConversation = 12;

function* conversationsOf(messages: readonly object[]): Generator<readonly object[]> {
  for (let at = 0; at < messages.length; at += perConversation) yield messages.slice(at, at + perConversation);
}

interface Made {
  readonly text: string;
  readonly expected: Required<Counts>;
}

const claudeMessage = ({ uuid, time }: Scene, sender: string, more: object): object => ({
  ...{ uuid: uuid(0), sender, text: "", created_at: time(), updated_at: time(), attachments: [], files: [], ...more },
});
const text = (words: string): object => ({ type: "text", text: words, citations: [] });

const claudeKinds: readonly Kind[] = [
  kind("older words", one("user_message"), (scene) => claudeMessage(scene, "human", { text: scene.words() })),
  kind("older answer", one("assistant_text"), (scene) => claudeMessage(scene, "assistant", { text: scene.words() })),
  kind("words", one("user_message"), (scene) =>
    claudeMessage(scene, "human", { content: [text(scene.words())], text: "not this one, which has placeholders" }),
  ),
  kind("answer with code", { chunks: { assistant_text: 1, ai_code: 1 } }, (scene) =>
    claudeMessage(scene, "assistant", { content: [text(`${scene.words()}\n\n${code}`)] }),
  ),
  kind("trace", { chunks: { user_message: 1, stack_trace: 1 } }, (scene) =>
    claudeMessage(scene, "human", { text: `${scene.words()}\n${trace}` }),
  ),
  kind("files", { chunks: { user_message: 1 }, leftOut: { attachment: 3 } }, (scene) => {
    const attachments = [{ file_name: "a.txt", extracted_content: "words" }];
    const files = [{ file_name: "b.png" }, { file_name: "c.png" }];
    return claudeMessage(scene, "human", { text: scene.words(), attachments, files });
  }),
  kind("blob", { chunks: { user_message: 1 }, leftOut: { base64: 1 } }, (scene) =>
    claudeMessage(scene, "human", { text: `${scene.words()} ${blob}` }),
  ),
  ...(["thinking", "tool_use", "tool_result", "token_budget"] as const).map((type) => {
    const rules = {
      thinking: "thinking",
      tool_use: "tool_call",
      tool_result: "tool_output",
      token_budget: "bookkeeping",
    };
    return kind(type, left(rules[type]), (scene) => claudeMessage(scene, "assistant", { content: [{ type }] }));
  }),
  kind("of tomorrow", { unknown: { "message/hologram": 1 } }, (scene) =>
    claudeMessage(scene, "assistant", { content: [{ type: "hologram" }] }),
  ),
  kind("of nobody", { unknown: { "message without a known sender": 1 } }, (scene) => claudeMessage(scene, "ghost", {})),
];

export function claudeExport(seed: number, messages: number): Made {
  const { records, expected } = makeRecords(claudeKinds, seed, messages);
  const conversations = [...conversationsOf(records)].map((chat_messages, at) => {
    const created_at = "2026-01-01T00:00:00.000000Z";
    return { uuid: `claude-${seed}-${at}`, name: `Conversation ${at}`, created_at, account: {}, chat_messages };
  });
  return { text: JSON.stringify(conversations), expected };
}

const node = ({ uuid, at }: Scene, role: string, content: object, more: object = {}): object => ({
  ...{ id: uuid(0), author: { role, name: null, metadata: {} }, create_time: 1_767_225_600.5 + at, content },
  ...{ status: "finished_successfully", recipient: "all", metadata: {}, ...more },
});
const parts = (...values: readonly unknown[]): object => ({ content_type: "text", parts: values });

const contents: Readonly<Record<string, string>> = {
  ...{ thoughts: "thinking", reasoning_recap: "thinking", user_editable_context: "system_text", code: "tool_call" },
  ...{ model_editable_context: "system_text", execution_output: "tool_output", tether_quote: "tool_output" },
  ...{ tether_browsing_display: "tool_output", system_error: "tool_output", computer_output: "tool_output" },
};

const chatgptKinds: readonly Kind[] = [
  kind("root", left("system_text"), (scene) => node(scene, "system", parts(""))),
  kind("words", one("user_message"), (scene) => node(scene, "user", parts(scene.words()))),
  kind("answer", one("assistant_text"), (scene) =>
    node(scene, "assistant", parts(`${scene.words()} \uE200cite\uE202turn0search1\uE201`), {
      metadata: { model_slug: "gpt-5" },
    }),
  ),
  kind("code", { chunks: { assistant_text: 1, ai_code: 1 } }, (scene) =>
    node(scene, "assistant", parts(scene.words(), code)),
  ),
  kind("trace", { chunks: { user_message: 1, stack_trace: 1 } }, (scene) =>
    node(scene, "user", parts(`${scene.words()}\n\n${trace}`)),
  ),
  kind("picture", { chunks: { user_message: 1 }, leftOut: { attachment: 1 } }, (scene) => {
    const picture = { content_type: "image_asset_pointer", asset_pointer: "sediment://file_1" };
    return node(scene, "user", { content_type: "multimodal_text", parts: [picture, scene.words()] });
  }),
  kind("voice", { chunks: { user_message: 1 }, leftOut: { attachment: 2 } }, (scene) => {
    const heard = { content_type: "audio_transcription", text: scene.words() };
    const sounds = [
      { content_type: "audio_asset_pointer" },
      { content_type: "real_time_user_audio_video_asset_pointer" },
    ];
    return node(scene, "user", { content_type: "multimodal_text", parts: [heard, ...sounds] });
  }),
  kind("tool", left("tool_output"), (scene) => node(scene, "tool", parts("found"), { author: { role: "tool" } })),
  kind("call", left("tool_call"), (scene) => node(scene, "assistant", parts("search"), { recipient: "web.run" })),
  kind("hidden", left("meta"), (scene) =>
    node(scene, "user", parts("hidden"), { metadata: { is_visually_hidden_from_conversation: true } }),
  ),
  ...Object.entries(contents).map(([content_type, rule]) =>
    kind(content_type, left(rule), (scene) => node(scene, "assistant", { content_type, text: "x" })),
  ),
  kind("content of tomorrow", { unknown: { hologram: 1 } }, (scene) =>
    node(scene, "assistant", { content_type: "hologram" }),
  ),
  kind("part of tomorrow", { unknown: { "part/smell": 1 } }, (scene) =>
    node(scene, "assistant", { content_type: "multimodal_text", parts: [{ content_type: "smell" }] }),
  ),
  kind("nothing", {}, (scene) => node(scene, "assistant", parts(""))),
];

/** Each conversation has one answer that was asked for again. */
export function chatgptExport(seed: number, messages: number): Made {
  const { records, expected } = makeRecords(chatgptKinds, seed, messages);
  const conversations = [...conversationsOf(records)].map((said, at) => {
    const names = said.map((_, n) => `node-${at}-${n}`);
    const mapping: Record<string, object> = {};
    for (const [n, message] of said.entries()) {
      const children = names.slice(n + 1, n + 2);
      mapping[names[n] ?? ""] = { id: names[n], message, parent: names[n - 1] ?? null, children };
    }
    mapping[`other-${at}`] = {
      id: `other-${at}`,
      message: { author: { role: "user" } },
      parent: names[0],
      children: [],
    };
    const ids = { current_node: names.at(-1), conversation_id: `chatgpt-${seed}-${at}`, id: `chatgpt-${seed}-${at}` };
    return { title: `Conversation ${at}`, create_time: 1_767_225_600.25, mapping, ...ids };
  });
  const leftOut = { ...expected.leftOut, other_branch: conversations.length };
  return { text: JSON.stringify(conversations), expected: { ...expected, leftOut } };
}
