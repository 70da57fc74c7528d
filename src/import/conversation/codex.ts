/**
 * Session transcripts of Codex (`~/.codex/sessions/YYYY/MM/DD/rollout-….jsonl`) into pieces. Until September 2025 a line
 * was an item itself, and since then an item in an envelope with its time; the items are the same, and only those of
 * type `message` hold words.
 */

import { z } from "zod";
import type { Output, Parser } from "../piece.ts";
import { asRecord, asWord, type JsonRecord, readsRecords } from "../record.ts";
import { timeOf } from "../time.ts";
import { asItIs, type Rules, ruleIn, textIn } from "./blocks.ts";
import { insideTag, withoutInjected } from "./clean.ts";
import { beginnings, blocks, events, ideContext, items, lines, tags } from "./codex-rules.ts";
import { folderName, giveMessage } from "./message.ts";

/** As BrainLayer names it. */
const codexSource = "codex_cli";

const stateShape = z.object({
  position: z.number().int().nonnegative(),
  sessionId: z.string().nullable(),
  startedAt: z.string().nullable(),
  cwd: z.string().nullable(),
  branch: z.string().nullable(),
  model: z.string().nullable(),
  /** All of the session is what one agent said to another. */
  isSidechain: z.boolean(),
});
type State = z.infer<typeof stateShape>;

const atStart: State = {
  ...{ position: 0, sessionId: null, startedAt: null, cwd: null, branch: null, model: null, isSidechain: false },
};

/** `from`: what an earlier parser of the same file gave. */
export function createCodexParser(output: Output, from?: unknown): Parser {
  const state: State = from === undefined ? { ...atStart } : stateShape.parse(from);

  function readRecord(record: JsonRecord, number: number): void {
    const payload = asRecord(record["payload"]);
    const type = kindOf(record);
    if (type === "session_meta") readSession(payload ?? record);
    if (type === "turn_context") readTurn(payload ?? record);
    const rule = ruleIn(lines, type);
    if (rule !== null) output.leftOut(rule);
    else if (type === "event_msg") count(payload, events, "event_msg");
    else if (type === "response_item") readItem(payload ?? {}, timeOf(record["timestamp"]), number);
    else if (type === "message" || Object.hasOwn(items, type)) readItem(record, null, number);
    else output.unknown(type);
  }

  /** A session that was forked repeats the header of the one it comes from; it is its own conversation all the same. */
  function readSession(meta: JsonRecord): void {
    if (state.sessionId !== null) return;
    state.sessionId = asWord(meta["id"]);
    state.startedAt = timeOf(meta["timestamp"]);
    state.cwd = asWord(meta["cwd"]);
    state.branch = asWord(asRecord(meta["git"])?.["branch"]);
    state.isSidechain = asRecord(meta["source"])?.["subagent"] !== undefined || meta["thread_source"] === "subagent";
  }

  function readTurn(turn: JsonRecord): void {
    state.cwd = asWord(turn["cwd"]) ?? state.cwd;
    state.model = asWord(turn["model"]) ?? state.model;
  }

  function readItem(item: JsonRecord, time: string | null, number: number): void {
    if (item["type"] !== "message") count(item, items, "response_item");
    else if (state.isSidechain) output.leftOut("sidechain");
    else if (item["role"] === "user") readMessage(item, "user", time, number);
    else if (item["role"] === "assistant") readMessage(item, "assistant", time, number);
    else if (item["role"] === "developer" || item["role"] === "system") output.leftOut("system_text");
    else output.unknown("message without a known role");
  }

  function readMessage(item: JsonRecord, sender: "user" | "assistant", time: string | null, line: number): void {
    const text = textIn(item["content"], sender, blocks, output, sender === "user" ? ofUser : asItIs);
    if (text === null) return;
    const { sessionId, cwd, branch, model, position } = state;
    state.position = giveMessage(
      {
        ...{ sender, line, conversationId: sessionId, source: codexSource, text },
        // Not the file's name: an archived session is another file.
        id: sessionId === null ? null : `${sessionId}:${position}`,
        createdAt: time ?? state.startedAt,
        project: cwd === null ? null : folderName(cwd),
        metadata: { cwd, git_branch: branch, model: sender === "user" ? null : model },
      },
      position,
      output,
    );
  }

  function ofUser(text: string): string {
    // The first sessions say their folder only here.
    state.cwd ??= asWord(insideTag(text, "cwd")) ?? asWord(/^(?:- )?Current working directory: (.+)$/m.exec(text)?.[1]);
    const asked = text.startsWith(ideContext.start) ? text.indexOf(ideContext.end) : -1;
    if (asked >= 0) output.leftOut("system_text");
    const own = asked < 0 ? text : text.slice(asked + ideContext.end.length);
    return withoutInjected(own, tags, beginnings, output.leftOut);
  }

  function count(record: JsonRecord | null, known: Rules, owner: string): void {
    const type = asWord(record?.["type"]) ?? "no type";
    const rule = ruleIn(known, type);
    if (rule === null) output.unknown(`${owner}/${type}`);
    else output.leftOut(rule);
  }

  return {
    line: readsRecords(output.problem, readRecord),
    gap: () => {},
    end: () => {},
    state: (): State => ({ ...state }),
  };
}

/** The type of a line, for the lines that have none as well. */
function kindOf(record: JsonRecord): string {
  if (typeof record["type"] === "string") return record["type"];
  if (record["record_type"] === "state") return "state";
  return typeof record["id"] === "string" && typeof record["timestamp"] === "string" ? "session_meta" : "no type";
}
