/**
 * The last place before anything that a model wrote, or was shown, is durable: no secret passes it. The pipeline has
 * scrubbed before it cut and tidied, which may put a secret together that was in pieces, and this looks once more.
 */

import type { Answer, FailedAttempt } from "./answers.ts";

export interface Scrubber {
  readonly scrub: (text: string) => string;
  readonly holds: (text: string) => boolean;
  readonly drain: () => ReadonlyMap<string, number>;
}

export const scrubbedAnswer = (answer: Answer, scrubber: Scrubber): Answer => ({
  ...answer,
  enrichment: scrubbed(answer.enrichment, scrubber),
});

export function scrubbedAttempt(attempt: FailedAttempt, scrubber: Scrubber): FailedAttempt {
  const question = JSON.stringify(scrubbed(JSON.parse(attempt.question), scrubber));
  return { ...attempt, failure: scrubbed(attempt.failure, scrubber), question };
}

/** The same value with clean texts; the very same one where all texts are. */
export function scrubbed<T>(value: T, scrubber: Scrubber): T {
  const texts: string[] = [];
  each(value, (text) => {
    texts.push(text);
    return text;
  });
  // One look at all of them: mostly there is nothing.
  return scrubber.holds(texts.join("\n")) ? (each(value, scrubber.scrub) as T) : value;
}

function each(value: unknown, of: (text: string) => string): unknown {
  if (typeof value === "string") return of(value);
  if (Array.isArray(value)) return value.map((one) => each(one, of));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, each(one, of)]));
}
