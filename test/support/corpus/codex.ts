/** Every kind of line of a transcript of Codex, in the envelope that it has had since September 2025. */

import { type Counts, code, type Kind, type Scene, trace } from "./corpus.ts";

const session = "c0de0000-0000-7000-8000-000000000001";

const line = ({ time }: Scene, type: string, payload: object): object => ({ timestamp: time(), type, payload });
const item = (scene: Scene, payload: object): object => line(scene, "response_item", payload);
const message = (scene: Scene, role: string, ...content: readonly object[]): object =>
  item(scene, { type: "message", role, content });
const input = (text: string): object => ({ type: "input_text", text });
const output = (text: string): object => ({ type: "output_text", text });

const kind = (name: string, gives: Counts, make: (scene: Scene) => object): Kind => ({ name, gives, make });
const one = (contentType: string): Counts => ({ chunks: { [contentType]: 1 } });
const left = (rule: string): Counts => ({ leftOut: { [rule]: 1 } });

const items: Readonly<Record<string, string>> = {
  reasoning: "thinking",
  ...{ function_call: "tool_call", custom_tool_call: "tool_call", local_shell_call: "tool_call" },
  ...{ tool_search_call: "tool_call", web_search_call: "tool_call", image_generation_call: "tool_call" },
  ...{ mcp_tool_call: "tool_call", function_call_output: "tool_output", custom_tool_call_output: "tool_output" },
  ...{ local_shell_call_output: "tool_output", tool_search_output: "tool_output", mcp_tool_call_output: "tool_output" },
  ...{ compaction: "compact_summary", compaction_summary: "compact_summary", context_compaction: "compact_summary" },
  ...{ ghost_snapshot: "bookkeeping", agent_message: "sidechain" },
};
const events: Readonly<Record<string, string>> = {
  ...{ user_message: "repeated", agent_message: "repeated", item_completed: "repeated", agent_reasoning: "thinking" },
  ...{ agent_reasoning_raw_content: "thinking", exec_command_begin: "tool_call", exec_command_end: "tool_output" },
  ...{ patch_apply_end: "tool_output", mcp_tool_call_end: "tool_output", turn_diff: "tool_output", error: "api_error" },
  ...{
    stream_error: "api_error",
    token_count: "bookkeeping",
    task_started: "bookkeeping",
    turn_aborted: "bookkeeping",
  },
  ...{ task_complete: "bookkeeping", thread_rolled_back: "bookkeeping", sub_agent_activity: "sidechain" },
};
const lines: Readonly<Record<string, string>> = {
  ...{ turn_context: "bookkeeping", world_state: "bookkeeping", compacted: "compact_summary" },
  ...{ inter_agent_communication: "sidechain", inter_agent_communication_metadata: "bookkeeping" },
};
const texts: readonly (readonly [rule: string, text: string])[] = [
  ["system_text", "<environment_context>\n  <cwd>/home/kit/tower</cwd>\n</environment_context>"],
  ["system_text", "<user_instructions>\nBe brief.\n</user_instructions>"],
  ["system_text", "<permissions instructions>\nnone\n</permissions instructions>"],
  ["system_text", "# AGENTS.md instructions for /home/kit/tower\n\n<INSTRUCTIONS>\nBe brief.\n</INSTRUCTIONS>"],
  ["system_text", "<turn_aborted>\nby the user\n</turn_aborted>"],
  ["tool_output", "<user_shell_command>\n<command>ls</command>\n</user_shell_command>"],
  ["sidechain", "<subagent_notification>done</subagent_notification>"],
  ["compact_summary", "Another language model started to solve this problem and produced a summary of it."],
];

export const codexKinds: readonly Kind[] = [
  kind("header", left("bookkeeping"), (scene) =>
    line(scene, "session_meta", { id: session, timestamp: scene.time(), cwd: "/home/kit/tower", source: "cli" }),
  ),
  kind("words of the user", one("user_message"), (scene) => message(scene, "user", input(scene.words()))),
  kind("words of the assistant", one("assistant_text"), (scene) => message(scene, "assistant", output(scene.words()))),
  kind("words and code", { chunks: { assistant_text: 1, ai_code: 1 } }, (scene) =>
    message(scene, "assistant", output(`${scene.words()}\n\n${code}`)),
  ),
  kind("a trace", { chunks: { user_message: 1, stack_trace: 1 } }, (scene) =>
    message(scene, "user", input(`${scene.words()}\n${trace}\n`)),
  ),
  kind("words in an editor", { chunks: { user_message: 1 }, leftOut: { system_text: 1 } }, (scene) => {
    const before = "# Context from my IDE setup:\n\n## Active file: lamp.py\n\n## My request for Codex:\n";
    return message(scene, "user", input(before + scene.words()));
  }),
  kind("a picture and words", { chunks: { user_message: 1 }, leftOut: { attachment: 1 } }, (scene) => {
    const picture = { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=" };
    return message(scene, "user", input("<image>"), picture, input("</image>"), input(scene.words()));
  }),
  kind("of the program", left("system_text"), (scene) => message(scene, "developer", input(scene.words()))),
  ...texts.map(([rule, text], at) => kind(`text ${at}`, left(rule), (scene) => message(scene, "user", input(text)))),
  ...Object.entries(items).map(([type, rule]) => kind(type, left(rule), (scene) => item(scene, { type }))),
  ...Object.entries(events).map(([type, rule]) =>
    kind(`event ${type}`, left(rule), (scene) => line(scene, "event_msg", { type, message: scene.words() })),
  ),
  ...Object.entries(lines).map(([type, rule]) => kind(type, left(rule), (scene) => line(scene, type, {}))),
  kind("state", left("bookkeeping"), () => ({ record_type: "state" })),
  kind("a line of tomorrow", { unknown: { moon_phase: 1 } }, (scene) => line(scene, "moon_phase", {})),
  kind("an item of tomorrow", { unknown: { "response_item/hologram": 1 } }, (scene) =>
    item(scene, { type: "hologram" }),
  ),
  kind("an event of tomorrow", { unknown: { "event_msg/volcano": 1 } }, (scene) =>
    line(scene, "event_msg", { type: "volcano" }),
  ),
];
