/** What somebody said in a conversation, in its parts: the words, the code of the assistant, the stack traces. Pure. */

import { cutText, ofCode, ofParagraphs } from "../cut.ts";
import { traceEnd } from "./trace.ts";

export type Sender = "user" | "assistant";

export interface Part {
  readonly contentType: "user_message" | "assistant_text" | "ai_code" | "stack_trace";
  readonly text: string;
  /** Of code, as the fence named it. */
  readonly language: string | null;
}

/** As much as a question shows of a chunk. */
export const partMax = 4_000;
/** A trace is kept whole up to here: its two ends belong together. */
const traceMax = 65_536;
/** Shorter code says nothing without the words around it, and stays among them. */
const codeMin = 50;

interface Fence {
  readonly marks: string;
  readonly indent: number;
  readonly language: string | null;
}

/** The words first, with what was between them left out, then code and traces in their order. */
export function partsOf(text: string, sender: Sender): Part[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const words: string[] = [];
  const found: Part[] = [];

  function take(contentType: Part["contentType"], content: string, language: string | null): void {
    const isTrace = contentType === "stack_trace";
    for (const part of cutText(content, isTrace ? traceMax : partMax, ofCode)) add(found, contentType, part, language);
    // What was before it and what comes after are two paragraphs.
    words.push("");
  }

  /** Gives the line behind it. */
  function takeFence(at: number, fence: Fence): number {
    const end = fenceEnd(lines, at + 1, fence);
    const content = lines.slice(at + 1, end).map((line) => withoutIndent(line, fence.indent));
    const code = content.join("\n");
    if (isTrace(content)) take("stack_trace", code, null);
    else if (sender === "assistant" && code.trim().length >= codeMin) take("ai_code", code, fence.language);
    else for (const line of lines.slice(at, end + 1)) words.push(line);
    return end + 1;
  }

  for (let at = 0; at < lines.length; ) {
    const fence = fenceOf(lines[at] ?? "");
    if (fence !== null) {
      at = takeFence(at, fence);
      continue;
    }
    const end = traceEnd(lines, at);
    if (end === null) words.push(lines[at++] ?? "");
    else {
      take("stack_trace", lines.slice(at, end).join("\n"), null);
      at = end;
    }
  }
  const said: Part[] = [];
  const contentType = sender === "user" ? "user_message" : "assistant_text";
  const joined = words.join("\n").replace(/\n{3,}/g, "\n\n");
  for (const part of cutText(joined.trim(), partMax, ofParagraphs)) add(said, contentType, part, null);
  return [...said, ...found];
}

function add(parts: Part[], contentType: Part["contentType"], text: string, language: string | null): void {
  const trimmed = text.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
  if (trimmed !== "") parts.push({ contentType, text: trimmed, language });
}

function fenceOf(line: string): Fence | null {
  const [, indent = "", marks = "", info = ""] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (marks === "" || (marks.startsWith("`") && info.includes("`"))) return null;
  const language = /^\s*\{?\.?([\w+#.-]{1,40})/.exec(info)?.[1]?.toLowerCase() ?? null;
  return { marks, indent: indent.length, language };
}

/** The line that closes it; behind the last line when none does. */
function fenceEnd(lines: readonly string[], from: number, { marks }: Fence): number {
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? "").trim();
    if (line.startsWith(marks) && line.replaceAll(marks[0] ?? "", "") === "") return at;
  }
  return lines.length;
}

function withoutIndent(line: string, indent: number): string {
  const own = line.search(/\S|$/);
  return line.slice(Math.min(own, indent));
}

/** Whether a trace is all that is there, but for a few lines around it. */
function isTrace(lines: readonly string[]): boolean {
  const solid = lines.filter((line) => line.trim() !== "").length;
  for (let at = 0; at < Math.min(lines.length, 4); at++) {
    const end = traceEnd(lines, at);
    if (end !== null) return end - at >= 2 && (end - at) * 2 >= solid;
  }
  return false;
}
