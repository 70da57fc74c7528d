/** Every kind of record of a transcript of Claude Code. */

import { blob, type Counts, code, type Kind, type Scene, shortCode, trace } from "./corpus.ts";

const session = "5e5510e0-0000-4000-8000-000000000001";

const base = ({ uuid, time }: Scene): object => ({
  ...{ parentUuid: uuid(9), isSidechain: false, userType: "external", cwd: "/home/ada/code/tower", sessionId: session },
  ...{ version: "2.1.37", gitBranch: "main", uuid: uuid(0), timestamp: time() },
});
const text = (words: string): object => ({ type: "text", text: words });
const user = (scene: Scene, content: unknown, more: object = {}): object => ({
  ...{ ...base(scene), type: "user", message: { role: "user", content }, ...more },
});
const assistant = (scene: Scene, content: unknown, more: object = {}): object => {
  const message = { id: scene.uuid(1), type: "message", role: "assistant", model: "claude-opus-4-5", content };
  return { ...base(scene), type: "assistant", message, requestId: "req_1", ...more };
};

const said = (name: string, gives: Counts, make: (scene: Scene) => object): Kind => ({ name, gives, make });
const one = (contentType: string): Counts => ({ chunks: { [contentType]: 1 } });
const left = (rule: string): Counts => ({ leftOut: { [rule]: 1 } });

const messages: readonly Kind[] = [
  said("words of the user", one("user_message"), (scene) => user(scene, scene.words())),
  said("words in blocks", one("user_message"), (scene) => user(scene, [text(scene.words()), scene.words()])),
  said("words of the assistant", one("assistant_text"), (scene) => assistant(scene, [text(scene.words())])),
  said("an answer as a text", one("assistant_text"), (scene) => assistant(scene, scene.words())),
  said("short code among words", one("assistant_text"), (scene) =>
    assistant(scene, [text(`${scene.words()}\n\n${shortCode}`)]),
  ),
  said("words and code", { chunks: { assistant_text: 1, ai_code: 2 } }, (scene) =>
    assistant(scene, [text(`${scene.words()}\n\n${code}\n\nand\n\n${code}`)]),
  ),
  said("code alone", one("ai_code"), (scene) => assistant(scene, [text(code)])),
  said("code of the user's", one("user_message"), (scene) => user(scene, `${scene.words()}\n\n${code}`)),
  said("a trace", { chunks: { user_message: 1, stack_trace: 1 } }, (scene) =>
    user(scene, `${scene.words()}\n\n${trace}\n\n${scene.words()}`),
  ),
  said("a trace in a fence", { chunks: { assistant_text: 1, stack_trace: 1 } }, (scene) =>
    assistant(scene, [text(`${scene.words()}\n\n\`\`\`\n${trace}\n\`\`\`\n`)]),
  ),
  said("a blob", { chunks: { user_message: 1 }, leftOut: { base64: 1 } }, (scene) =>
    user(scene, `${scene.words()}\n\n${blob}`),
  ),
  said("a command with words", one("user_message"), (scene) =>
    user(scene, `<command-name>/fix</command-name>\n<command-args>${scene.words()}</command-args>`),
  ),
  said("words while it works", one("user_message"), (scene) => ({
    ...base(scene),
    ...{ type: "attachment", attachment: { type: "queued_command", prompt: scene.words(), commandMode: "prompt" } },
  })),
  said("a reminder before words", { chunks: { user_message: 1 }, leftOut: { system_text: 1 } }, (scene) =>
    user(scene, `<system-reminder>\nUse the list.\n</system-reminder>\n${scene.words()}`),
  ),
  said("nothing", {}, (scene) => user(scene, [text("  \n")])),
];

const blocks: readonly (readonly [rule: string, block: object])[] = [
  ["tool_call", { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "ls" } }],
  ["tool_call", { type: "server_tool_use", id: "srv_1", name: "web_search", input: { query: "lamp" } }],
  ["tool_call", { type: "mcp_tool_use", id: "mcp_1", name: "ask", input: {} }],
  ["tool_output", { type: "web_search_tool_result", tool_use_id: "srv_1", content: [] }],
  ["tool_output", { type: "web_fetch_tool_result", tool_use_id: "srv_1", content: {} }],
  ["tool_output", { type: "mcp_tool_result", tool_use_id: "mcp_1", content: [] }],
  ["thinking", { type: "thinking", thinking: "The lamp…", signature: "EtgD" }],
  ["thinking", { type: "redacted_thinking", data: "EtgD" }],
];
const userBlocks: readonly (readonly [rule: string, block: object])[] = [
  ["tool_output", { type: "tool_result", tool_use_id: "toolu_1", content: "x".repeat(3_000) }],
  ["attachment", { type: "image", source: { type: "base64", media_type: "image/png", data: blob } }],
  ["attachment", { type: "document", source: { type: "base64", media_type: "application/pdf", data: blob } }],
];
const texts: readonly (readonly [rule: string, text: string])[] = [
  ["tool_output", "<local-command-stdout>done</local-command-stdout>"],
  ["tool_output", "<bash-stdout>a.txt</bash-stdout>"],
  ["tool_output", "<task-notification>\n<result>done</result>\n</task-notification>"],
  ["tool_call", "<bash-input>ls</bash-input>"],
  ["system_text", "<user-prompt-submit-hook>be brief</user-prompt-submit-hook>"],
  ["system_text", "<ide_selection>line 4</ide_selection>"],
  ["system_text", "[Request interrupted by user for tool use]"],
  ["slash_command", "<command-name>/clear</command-name>\n<command-args></command-args>"],
  ["sidechain", '<teammate-message teammate_id="b">done</teammate-message>'],
  ["compact_summary", "This session is being continued from a previous conversation that ran out of context. It…"],
];
const marked: readonly (readonly [rule: string, make: (scene: Scene) => object])[] = [
  ["sidechain", (scene) => user(scene, scene.words(), { isSidechain: true, agentId: "a1" })],
  ["sidechain", (scene) => assistant(scene, [text(scene.words())], { isSidechain: true })],
  ["meta", (scene) => user(scene, scene.words(), { isMeta: true })],
  ["compact_summary", (scene) => user(scene, scene.words(), { isCompactSummary: true })],
  ["api_error", (scene) => assistant(scene, [text("API Error: 529")], { isApiErrorMessage: true })],
];
const bookkeeping = [
  ...["summary", "file-history-snapshot", "file-history-delta", "queue-operation", "progress", "system", "tag", "mode"],
  ...["custom-title", "ai-title", "agent-name", "agent-color", "agent-setting", "last-prompt", "permission-mode"],
  ...["pr-link", "worktree-state", "content-replacement", "attribution-snapshot", "task-summary", "attachment"],
];

export const claudeCodeKinds: readonly Kind[] = [
  ...messages,
  ...blocks.map(([rule, block], at) => said(`block ${at}`, left(rule), (scene) => assistant(scene, [block]))),
  ...userBlocks.map(([rule, block], at) => said(`block of a user ${at}`, left(rule), (scene) => user(scene, [block]))),
  ...texts.map(([rule, words], at) => said(`text ${at}`, left(rule), (scene) => user(scene, words))),
  ...marked.map(([rule, make], at) => said(`mark ${at}`, left(rule), make)),
  ...bookkeeping.map((type) => said(type, left("bookkeeping"), (scene) => ({ ...base(scene), type }))),
  said("of tomorrow", { unknown: { "moon-phase": 1 } }, (scene) => ({ ...base(scene), type: "moon-phase" })),
  said("a block of tomorrow", { unknown: { "assistant/hologram": 1 } }, (scene) =>
    assistant(scene, [{ type: "hologram" }]),
  ),
  said("no content", { unknown: { "user without content": 1 } }, (scene) => ({ ...base(scene), type: "user" })),
  said("no type", { unknown: { "no type": 1 } }, base),
];
