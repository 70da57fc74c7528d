/**
 * Messages of one conversation into pieces. Each piece has the next position, so that those before and after it are its
 * context; a piece of a message with an id has an id of its own, so that a message that was copied to another file (a
 * session that was resumed) is known there.
 */

import type { Output } from "../piece.ts";
import { isClean } from "../record.ts";
import { withoutBlobs } from "./clean.ts";
import { partsOf, type Sender } from "./parts.ts";

export interface Message {
  /** As the program that wrote it names it; null where it does not. */
  readonly id: string | null;
  readonly sender: Sender;
  readonly text: string;
  readonly createdAt: string | null;
  readonly conversationId: string | null;
  readonly project: string | null;
  readonly source: string;
  readonly line: number | null;
  /** What is null is not known, and left out. */
  readonly metadata: Readonly<Record<string, string | null>>;
}

const idCharsMax = 200;

/** Gives out the pieces of a message; returns the position of the next message's first one. */
export function giveMessage(message: Message, position: number, output: Output): number {
  const { id, sender, createdAt, conversationId, project, source, line } = message;
  const metadata = Object.fromEntries(Object.entries(message.metadata).filter(([, value]) => value !== null));
  const known = id !== null && id.length <= idCharsMax && isClean(id) ? id : null;
  const parts = partsOf(wholeText(withoutBlobs(message.text, output.leftOut)), sender);
  for (const [at, { contentType, text, language }] of parts.entries()) {
    const named = known === null ? null : at === 0 ? known : `${known}:${at + 1}`;
    const own = { id: named, contentType, language, position: position + at };
    const fields = { ...own, createdAt, conversationId, project, source, sender, metadata };
    output.piece({ text, line, lineEnd: line, headings: [], fields });
  }
  return position + parts.length;
}

/** The name of a folder on any system; the whole where there is none. */
export const folderName = (path: string): string => path.split(/[/\\]/).findLast((part) => part !== "") ?? path;

/** Half a character or a NUL, which SQLite's text does not hold, is no reason to lose a message. */
const wholeText = (text: string): string => (isClean(text) ? text : text.replaceAll("\0", "\uFFFD").toWellFormed());
