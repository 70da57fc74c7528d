/**
 * The question about a chunk: fixed instructions first, the same bytes for every chunk so that a server keeps them in its
 * prompt cache, then the chunk alone. Pure.
 */

import type { Message, Question } from "../backends/backend.ts";
import type { ExtraField } from "../core/extra.ts";
import { headOf, pointsIn, tailOf } from "../core/points.ts";
import type { Chunk } from "../store/target.ts";

/** What is asked of every chunk. One object for a whole run: a backend writes its fixed parts as JSON only once. */
export interface Prompt {
  /** Stored with each enrichment; whatever changes what is sent changes it. */
  readonly version: string;
  readonly system: Message;
  readonly schema: Question["schema"];
  readonly maxTokens: number;
  /** Fields of people's own. */
  readonly extras: readonly ExtraField[];
}

/** In code points; BrainLayer's pipeline took as much. */
const contentMax = 4_000;
const contextMax = 1_000;
const neighboursMax = 3;
/** Of what is too long, this share is its head: the end of a text often says what came of it. */
const headShare = 0.75;
const repliedMax = 2_000;

export function questionFor(prompt: Prompt, chunk: Chunk, context: readonly Chunk[]): Question {
  const { system, schema, maxTokens } = prompt;
  const shown = cut(chunk.content, contentMax);
  const neighbours = context.slice(0, neighboursMax).map(({ content }) => cut(content, contextMax));
  const code = codeFor([...neighbours, shown]);
  const parts = [...neighbours.map((text) => framed(`context-${code}`, text)), framed(`chunk-${code}`, shown)];
  return {
    messages: [system, { role: "user", content: parts.join("\n\n") }],
    ...{ schema, maxTokens, text: chunk.content, contentType: chunk.contentType },
  };
}

/** One more question that shows the reply and what is wrong with it. The first two messages stay, and stay cached. */
export function repairFor(question: Question, raw: string, whatIsWrong: string): Question {
  // Some chat templates refuse a turn without text.
  const replied: Message = { role: "assistant", content: cut(raw.trim() === "" ? "(nothing)" : raw, repliedMax) };
  const complaint = `That cannot be used: ${whatIsWrong}. Answer again, with the complete JSON object and nothing else.`;
  return { ...question, messages: [...question.messages, replied, { role: "user", content: complaint }] };
}

const framed = (tag: string, text: string): string => `<${tag}>\n${text}\n</${tag}>`;

/** Made from the texts, so that the same question has the same bytes, and in none of them, so that none can close its tag. */
function codeFor(texts: readonly string[]): string {
  const all = texts.join("\n").toLowerCase();
  for (let seed = 0; ; seed++) {
    const code = Bun.hash.xxHash32(all, seed).toString(16).padStart(8, "0");
    if (!all.includes(code)) return code;
  }
}

/** Head and tail, cut on code points, with a mark of what is left out. */
function cut(content: string, max: number): string {
  const text = content.toWellFormed().replaceAll("\0", " ");
  // A text has at most as many points as units.
  const left = text.length <= max ? 0 : pointsIn(text) - max;
  if (left <= 0) return text;
  const head = Math.floor(max * headShare);
  return `${headOf(text, head)}\n[… ${left} characters left out …]\n${tailOf(text, max - head)}`;
}
