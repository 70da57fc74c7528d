/**
 * How many tokens of context to ask Ollama for. It loads a model anew whenever a question names another number than the
 * one it was loaded with, which takes seconds: so the number goes up in large steps, and never down. Pure but for that.
 */

import type { Asked } from "../wire.ts";

export interface Room {
  /** The number for this question, and for all after it that need no more. */
  readonly for: (asked: Asked) => number;
  /** A model that is loaded already with this much is left as it is. */
  readonly atLeast: (tokens: number) => void;
  /** Ollama says that a question does not fit: a byte is taken for a token then, which nothing exceeds. False when it went out with that. */
  readonly growFor: (asked: Asked) => boolean;
}

/** A question of the longest chunk with its context takes two steps, so a run loads its model once, or twice. */
const step = 4_096;
/** Marks of a chat template, and the roles. */
const templateTokens = 128;

export function createRoom(): Room {
  let tokens = 0;
  /** What each question went out with: others, sent meanwhile, may have raised the number since. */
  const sent = new WeakMap<Asked, number>();
  const raise = (needed: number): void => {
    tokens = Math.max(tokens, needed);
  };
  return {
    for: (asked) => {
      raise(stepsFor(tokensAbout(textOf(asked)), asked));
      sent.set(asked, tokens);
      return tokens;
    },
    atLeast: raise,
    growFor: (asked) => {
      raise(stepsFor(Buffer.byteLength(textOf(asked)), asked));
      return tokens > (sent.get(asked) ?? tokens);
    },
  };
}

const textOf = ({ messages }: Asked): string => messages.map(({ content }) => content).join("\n");

const stepsFor = (tokens: number, { maxTokens }: Asked): number =>
  Math.ceil((tokens + maxTokens + templateTokens) / step) * step;

/**
 * Rather too many: a token of prose has four letters, here three; digits and signs are one each in many vocabularies,
 * and of other scripts hardly a token has less than two bytes.
 */
export function tokensAbout(text: string): number {
  let letters = 0;
  let signs = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Space, and what counts as such; letters, whose small ones differ from the capitals by one bit.
    if (code <= 32 || ((code | 32) >= 97 && (code | 32) <= 122)) letters++;
    else if (code < 128) signs++;
  }
  const otherBytes = Buffer.byteLength(text) - letters - signs;
  return Math.ceil(letters / 3 + signs + otherBytes / 2);
}
