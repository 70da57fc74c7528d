/** A piece as a chunk for our own database: what it says of itself, else what its file, its folder and the call say. Pure. */

import type { NewChunk } from "../store/own-chunks.ts";
import { type Input, nameOf } from "./input.ts";
import { isConversation, type Piece } from "./piece.ts";

export interface Naming {
  /** Null: what a record says, else the name of the folder, but for conversations. */
  readonly project: string | null;
  /** Null: what a line says, else `import`. */
  readonly source: string | null;
}

export function chunkOf(piece: Piece, input: Input, createdAt: string, { project, source }: Naming): NewChunk {
  const { text, line, lineEnd, headings, fields } = piece;
  const place = [fields?.conversationId ?? "", fields?.position ?? ""];
  return {
    id: fields?.id ?? null,
    name: nameOf(input.name),
    place: place.every((part) => part === "") ? null : place.join("/"),
    content: text,
    sourceFile: input.name,
    metadata:
      fields === null
        ? { headings, line, line_end: lineEnd }
        : { ...(line === null ? {} : { line }), ...fields.metadata },
    createdAt: fields?.createdAt ?? createdAt,
    source: source ?? fields?.source ?? "import",
    project: project ?? fields?.project ?? (isConversation(input.format) ? null : input.project),
    contentType: fields === null ? input.format : (fields.contentType ?? "text"),
    conversationId: fields?.conversationId ?? null,
    position: fields?.position ?? null,
    sender: fields?.sender ?? null,
    language: fields?.language ?? null,
  };
}
