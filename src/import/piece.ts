/** What importing is made of: the formats, lines, and the pieces that become chunks. */

export const formats = ["markdown", "text", "jsonl"] as const;
export type Format = (typeof formats)[number];

/** A line of a text without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A text that becomes a chunk, and where it was found. */
export interface Piece {
  readonly text: string;
  readonly line: number;
  readonly lineEnd: number;
  /** The titles above it, the outermost first; empty where the format has none. */
  readonly headings: readonly string[];
  /** What a JSONL line says of itself; null for the other formats. */
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
}

export interface Output {
  readonly piece: (piece: Piece) => void;
  readonly problem: (line: number, reason: string) => void;
}
