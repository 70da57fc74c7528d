/** What the fixtures are expected to become. */

import type { Format } from "../../../src/import/piece.ts";

export interface Expected {
  readonly format: Format;
  /** In the order of their positions: the type, and how the text begins. */
  readonly chunks: readonly string[];
  readonly leftOut: Readonly<Record<string, number>>;
  readonly unknown?: Readonly<Record<string, number>>;
  /** What all chunks have. */
  readonly common: object;
}

export const expected: Readonly<Record<string, Expected>> = {
  "claude-code-1.0.jsonl": {
    format: "claude-code",
    chunks: [
      "user_message: Add a cache in front of the tile rendere",
      "assistant_text: I'll add an LRU cache keyed by zoom and ",
      "assistant_text: Done. The renderer is asked once for eac",
    ],
    leftOut: { bookkeeping: 1, meta: 1, tool_call: 1, tool_output: 1 },
    common: { source: "claude_code", project: "tiles", conversationId: "7a1e7f7c-2f6b-4a1c-8b3a-0a1b2c3d4e5f" },
  },
  "claude-code-2.1.jsonl": {
    format: "claude-code",
    chunks: [
      "user_message: The station stops logging around midnigh",
      "assistant_text: I'll look at the reader first and then a",
      "assistant_text: The reader unpacks whatever came, so an ",
      "ai_code: def read_frame(port):",
      "user_message: Now I get this at start:",
      "stack_trace: Traceback (most recent call last):",
      "user_message: and please keep the log format as it is,",
      "assistant_text: Yes. `loop` skips a frame that is `None`",
      "user_message: /review the change in reader.py, with an",
      "assistant_text: The change is sound; `replay()` still ex",
    ],
    leftOut: {
      ...{ bookkeeping: 8, meta: 2, slash_command: 1, tool_output: 3, system_text: 2, thinking: 1, tool_call: 2 },
      ...{ attachment: 1, sidechain: 2, api_error: 1, compact_summary: 1 },
    },
    unknown: { "moon-phase": 1, "assistant/hologram": 1 },
    common: {
      ...{ source: "claude_code", project: "weather-station", conversationId: "0b9c1f9e-5d0e-4a54-9d61-3f0c8b7f2a11" },
      metadata: { git_branch: "main", cwd: "/home/ada/code/weather-station" },
    },
  },
  "codex-bare-2025.jsonl": {
    format: "codex",
    chunks: [
      "user_message: The monthly totals are off by one day at",
      "assistant_text: `month_end` in `src/month.rs` counts 30 ",
      "ai_code: pub fn month_end(year: i32, month: u32) ",
    ],
    leftOut: { bookkeeping: 4, system_text: 2, thinking: 1, tool_call: 2, tool_output: 1 },
    common: {
      ...{ source: "codex_cli", project: "ledger", conversationId: "5973b6c0-94b8-487b-a530-2aeb6098ae0e" },
      // There is no time but the session's.
      createdAt: "2025-08-18T01:16:13.522Z",
    },
  },
  "codex-0.46.jsonl": {
    format: "codex",
    chunks: [
      "user_message: Why does /users/:id/ with a slash at its",
      "assistant_text: The matcher splits the path and compares",
      'ai_code: test("a slash at the end", () => {',
      "user_message: It fails at once:",
      "stack_trace: TypeError: Cannot read properties of und",
    ],
    leftOut: {
      ...{ bookkeeping: 5, system_text: 3, repeated: 2, thinking: 2, tool_call: 2, tool_output: 3 },
      ...{ attachment: 1, compact_summary: 1 },
    },
    common: { source: "codex_cli", project: "tiny-router", conversationId: "019a2d7a-41c4-78b1-b7cc-a45d62a89cd5" },
  },
  "codex-0.144.jsonl": {
    format: "codex",
    chunks: [
      "user_message: Print the next high water for a harbour ",
      "assistant_text: I'm looking at how the tables are keyed ",
      "assistant_text: `tides next NAME` prints the next high w",
    ],
    leftOut: { bookkeeping: 7, system_text: 3, repeated: 1, tool_call: 2 },
    unknown: { "event_msg/volcano": 1, "response_item/hologram": 1, moon_phase: 1 },
    common: { source: "codex_cli", project: "tide-tables", conversationId: "019f5c5a-eb02-7ff0-90af-653b66eba9f4" },
  },
  "codex-subagent.jsonl": {
    format: "codex",
    chunks: [],
    leftOut: { bookkeeping: 2, sidechain: 2, tool_output: 1 },
    common: {},
  },
  "claude-2024.json": {
    format: "claude",
    chunks: [
      "user_message: I want to bake on Sunday morning at nine",
      "assistant_text: Feed it on Saturday at eight in the morn",
    ],
    leftOut: { attachment: 1 },
    common: {
      ...{ source: "claude", project: null, conversationId: "b6be860d-77a4-4c67-b747-000000000001" },
      metadata: { title: "Sourdough schedule" },
    },
  },
  "claude-2025.json": {
    format: "claude",
    chunks: [
      "user_message: Write a function that reads GTFS stop_ti",
      "assistant_text: Times in GTFS go past 24:00:00, so I kee",
      "ai_code: def next_bus(stop_times, stop_id, after)",
      "user_message: It raises for an empty list:",
      "stack_trace: Traceback (most recent call last):",
      "assistant_text: There is no bus then, and the caller has",
    ],
    leftOut: { attachment: 1, thinking: 1, tool_call: 1, tool_output: 1, bookkeeping: 1 },
    unknown: { "message/voice_memo": 1 },
    common: { source: "claude", conversationId: "b6be860d-77a4-4c67-b747-000000000010" },
  },
  "chatgpt-2023.json": {
    format: "chatgpt",
    chunks: [
      "user_message: A regex for dates like 2023-03-01, with ",
      "assistant_text: Four digits, two and two, each in a grou",
      "ai_code: ^(?<year>\\d{4})-(?<month>0[1-9]|1[0-2])-",
    ],
    leftOut: { other_branch: 3, system_text: 1 },
    common: { source: "chatgpt", conversationId: "aaa00000-0000-4000-8000-0000000000ff" },
  },
  "chatgpt-2025.json": {
    format: "chatgpt",
    chunks: [
      "user_message: What bird is on this picture? It sat on ",
      "assistant_text: A black redstart, a male by its dark thr",
      "user_message: And when do the young ones leave the nes",
      "assistant_text: After about two weeks, in the second hal",
      "assistant_text: It stays quiet then.",
    ],
    leftOut: { system_text: 1, meta: 1, attachment: 3, thinking: 2, tool_call: 1, tool_output: 2 },
    unknown: { hologram: 1, "part/smell": 1 },
    common: { source: "chatgpt", project: null, metadata: { title: "Bird on the balcony" } },
  },
};
