/** What in a transcript of Codex is not said by anybody, as data: lines, items, events and texts that it puts in itself. */

import type { LeftOutRule } from "../left-out.ts";
import type { Rules } from "./blocks.ts";
import type { Beginnings, Tags } from "./clean.ts";

/** Types of lines. */
export const lines: Rules = {
  state: "bookkeeping",
  session_meta: "bookkeeping",
  turn_context: "bookkeeping",
  world_state: "bookkeeping",
  security_risk_score: "bookkeeping",
  inter_agent_communication_metadata: "bookkeeping",
  inter_agent_communication: "sidechain",
  compacted: "compact_summary",
};

/** Types of items besides `message`. */
export const items: Rules = {
  reasoning: "thinking",
  function_call: "tool_call",
  custom_tool_call: "tool_call",
  local_shell_call: "tool_call",
  tool_search_call: "tool_call",
  web_search_call: "tool_call",
  image_generation_call: "tool_call",
  mcp_tool_call: "tool_call",
  function_call_output: "tool_output",
  custom_tool_call_output: "tool_output",
  local_shell_call_output: "tool_output",
  tool_search_output: "tool_output",
  tool_search_call_output: "tool_output",
  mcp_tool_call_output: "tool_output",
  compaction: "compact_summary",
  compaction_summary: "compact_summary",
  context_compaction: "compact_summary",
  ghost_snapshot: "bookkeeping",
  agent_message: "sidechain",
};

/** Types of events: those that hold words say what an item says as well. */
export const events: Rules = {
  ...byRule("repeated", ["user_message", "agent_message", "item_completed"]),
  ...byRule("thinking", ["agent_reasoning", "agent_reasoning_raw_content", "agent_reasoning_section_break"]),
  ...byRule("tool_call", ["exec_command_begin", "mcp_tool_call_begin", "patch_apply_begin", "web_search_begin"]),
  ...byRule("tool_output", ["exec_command_end", "mcp_tool_call_end", "patch_apply_end", "web_search_end", "turn_diff"]),
  ...byRule("tool_output", ["exec_command_output_delta", "view_image_tool_call", "image_generation_end"]),
  ...byRule("api_error", ["error", "stream_error", "warning"]),
  ...byRule("bookkeeping", ["token_count", "task_started", "task_complete", "turn_started", "turn_complete"]),
  ...byRule("bookkeeping", ["turn_aborted", "thread_rolled_back", "thread_goal_updated", "thread_settings_applied"]),
  ...byRule("bookkeeping", ["thread_name_updated", "entered_review_mode", "exited_review_mode", "context_compacted"]),
  ...byRule("bookkeeping", ["plan_update", "background_event", "session_configured", "shutdown_complete"]),
  ...byRule("sidechain", ["sub_agent_activity", "collab_agent_spawn_end", "collab_agent_interaction_end"]),
};

function byRule(rule: LeftOutRule, types: readonly string[]): Rules {
  return Object.fromEntries(types.map((type) => [type, rule]));
}

export const blocks: Rules = { input_image: "attachment", input_audio: "attachment", input_file: "attachment" };

export const tags: Tags = {
  environment_context: "system_text",
  user_instructions: "system_text",
  "permissions instructions": "system_text",
  collaboration_mode: "system_text",
  multi_agent_mode: "system_text",
  apps_instructions: "system_text",
  skills_instructions: "system_text",
  plugins_instructions: "system_text",
  INSTRUCTIONS: "system_text",
  skill: "system_text",
  turn_aborted: "system_text",
  user_shell_command: "tool_output",
  subagent_notification: "sidechain",
  // Around a picture, which is counted itself.
  image: null,
};

export const beginnings: Beginnings = [
  [/^# AGENTS\.md instructions\b/, "system_text"],
  [/^Another language model started to solve this problem and produced a summary/, "compact_summary"],
  [/^You were originally given instructions from a user over one or more turns\./, "compact_summary"],
  [/^You are performing a CONTEXT CHECKPOINT COMPACTION/, "compact_summary"],
];

/** What an editor puts before the words of its user. */
export const ideContext = { start: "# Context from my IDE setup:", end: "\n## My request for Codex:" } as const;
