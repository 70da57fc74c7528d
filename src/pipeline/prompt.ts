/**
 * The question about a chunk: fixed instructions first, the same bytes for every chunk so that a server keeps them in its
 * prompt cache, then the chunk alone. Pure.
 */

import { z } from "zod";
import type { Message, Question } from "../backends/backend.ts";
import { enrichmentSchema } from "../core/enrichment.ts";
import type { Chunk } from "../store/target.ts";
import instructions from "./prompt.md" with { type: "text" };

/** Stored with each enrichment; a change of the instructions, the framing or the schema is a new version. */
export const promptVersion = "enrichd-1";

/** In code points; BrainLayer's pipeline took as much. */
const contentMax = 4_000;
const contextMax = 1_000;
/** Of what is too long, this share is its head: the end of a text often says what came of it. */
const headShare = 0.75;
const repliedMax = 2_000;
/** Twice what BrainLayer's users saw a description take; below it, good answers were cut. */
const maxTokens = 1_024;

const system: Message = { role: "system", content: instructions.trim() };

/** zod's, without the parts that servers stumble over: they want a plain object. */
const schema: Readonly<Record<string, unknown>> = (() => {
  const { $schema: _, ...plain } = z.toJSONSchema(enrichmentSchema, { target: "draft-7" });
  return plain;
})();

export function questionFor(chunk: Chunk, context: readonly Chunk[]): Question {
  const shown = cut(chunk.content, contentMax);
  const neighbours = context.map(({ content }) => cut(content, contextMax));
  const marker = markerFor([shown, ...neighbours]);
  const parts = [
    ...neighbours.map((text) => framed("context", marker, text)),
    framed("chunk", marker, shown),
    `Describe the chunk between the ${marker} chunk lines as one JSON object.`,
  ];
  return {
    messages: [system, { role: "user", content: parts.join("\n\n") }],
    ...{ schema, maxTokens, text: chunk.content, contentType: chunk.contentType },
  };
}

/** One more question that shows the reply and what is wrong with it. The first two messages stay, and stay cached. */
export function repairFor(question: Question, raw: string, whatIsWrong: string): Question {
  const replied: Message = { role: "assistant", content: cut(raw, repliedMax) };
  const complaint = `That cannot be used: ${whatIsWrong}. Answer again, with the complete JSON object and nothing else.`;
  return { ...question, messages: [...question.messages, replied, { role: "user", content: complaint }] };
}

const framed = (name: string, marker: string, text: string): string =>
  `${marker} ${name} begins\n${text}\n${marker} ${name} ends`;

/** A line that none of the texts can close: the shortest of its kind that does not occur in them. */
function markerFor(texts: readonly string[]): string {
  let longest = 0;
  for (const text of texts) for (const [run] of text.matchAll(/=+/g)) longest = Math.max(longest, run.length);
  return "=".repeat(Math.max(5, longest + 1));
}

/** Head and tail, cut on code points, with a mark of what is left out. */
function cut(text: string, max: number): string {
  // Half the length in units is the least a text can have in points.
  const wellFormed = text.toWellFormed().replaceAll("\0", " ");
  if (wellFormed.length <= max) return wellFormed;
  const points = [...wellFormed];
  if (points.length <= max) return wellFormed;
  const head = Math.floor(max * headShare);
  const left = points.length - max;
  const tail = points.slice(points.length - (max - head));
  return `${points.slice(0, head).join("")}\n[… ${left} characters left out …]\n${tail.join("")}`;
}
