/** What importing is made of: the formats, lines, and the pieces that become chunks. */

import type { LeftOutRule } from "./left-out.ts";

/** Records of one program's conversations; a folder's name says nothing of what they are about. */
export const conversations = ["claude-code", "codex", "claude", "chatgpt"] as const;
export const formats = ["markdown", "text", "jsonl", "code", ...conversations] as const;
/** `git` is what `git log` says, and no file's format. */
export type Format = (typeof formats)[number] | "git";
export type Conversations = (typeof conversations)[number];

export const isConversation = (format: Format): format is Conversations =>
  (conversations as readonly Format[]).includes(format);

/** Those whose files are added to at their end: each line stands for itself, and the next ones can be read alone. */
export const growing: ReadonlySet<Format> = new Set<Format>(["jsonl", "claude-code", "codex"]);

/** A line of a text without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A text that becomes a chunk, and where it was found. */
export interface Piece {
  readonly text: string;
  /** Null where the text is no lines, but one value. */
  readonly line: number | null;
  readonly lineEnd: number | null;
  /** The titles above it, the outermost first; empty where the format has none. */
  readonly headings: readonly string[];
  /** What a record says of itself; null for text, which says nothing. */
  readonly fields: Fields | null;
}

export interface Fields {
  readonly id: string | null;
  readonly createdAt: string | null;
  readonly source: string | null;
  readonly project: string | null;
  readonly contentType: string | null;
  readonly conversationId: string | null;
  readonly position: number | null;
  readonly sender: string | null;
  readonly language: string | null;
  /** All other fields of the line. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Takes the lines of one text in order. Line numbers grow; the parts of a very long line have the same number. */
export interface Parser {
  readonly line: (line: Line) => void;
  /** A line that cannot be read stood here. */
  readonly gap: () => void;
  readonly end: () => void;
  /**
   * All that the lines to come depend on, as JSON: a parser that is made with it goes on as if it had read what was
   * before. Missing where text is held back until more of it has come, as in Markdown; such a text is read from its start.
   */
  readonly state?: () => unknown;
}

/** Between two lines of a file that may have grown since: reading from here gives what reading on would have given. JSON. */
export interface Mark {
  /** In bytes: the start of the first line that was not read whole. */
  readonly offset: number;
  /** The number of that line. */
  readonly line: number;
  readonly state: unknown;
}

export interface Output {
  readonly piece: (piece: Piece) => void;
  /** Line null: it is about the whole. */
  readonly problem: (line: number | null, reason: string) => void;
  /** A part of a record, or a file, is left out on purpose. */
  readonly leftOut: (rule: LeftOutRule) => void;
  /** A kind of record, or of a part of one, that no version of the format is known to have. */
  readonly unknown: (type: string) => void;
}
