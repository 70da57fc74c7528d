/** What the tests of the backends ask, and how they set up the openai one: short limits, so that a failure is soon there. */

import type { Backend, Question, Reply } from "../../src/backends/backend.ts";
import { type OllamaOptions, ollamaBackend } from "../../src/backends/ollama.ts";
import { type OpenaiOptions, openaiBackend } from "../../src/backends/openai.ts";
import type { Timeouts } from "../../src/backends/watchdog.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import type { Failure, Outcome } from "../../src/core/failure.ts";

export const smallSchema = {
  type: "object",
  properties: { summary: { type: "string", maxLength: 40 }, importance: { type: "integer", minimum: 1, maximum: 10 } },
  required: ["summary", "importance"],
  additionalProperties: false,
};

const system = {
  role: "system",
  content: `You describe text in JSON. ${"Say what it is about, in one short sentence, and how important it is. ".repeat(6)}`,
} as const;

export function question(text: string, changes: Partial<Question> = {}): Question {
  return {
    messages: [system, { role: "user", content: text }],
    schema: smallSchema,
    maxTokens: 96,
    text,
    contentType: null,
    ...changes,
  };
}

/** Milliseconds that no healthy exchange on loopback comes near. */
export const patient = { connectMs: 5000, firstTokenMs: 5000, progressMs: 5000, totalMs: 10_000 };

export const openai = (url: string, changes: Partial<OpenaiOptions> = {}) =>
  openaiBackend({
    name: "openai",
    url,
    model: null,
    apiKey: null,
    thinking: false,
    timeouts: patient,
    clock: systemClock,
    ...changes,
  });

export const ollama = (url: string, changes: Partial<OllamaOptions> = {}) =>
  ollamaBackend({
    url,
    model: "m",
    apiKey: null,
    thinking: false,
    timeouts: patient,
    clock: systemClock,
    ...changes,
  });

/** What the shared suites change about a backend. */
export type Ask = (url: string, changes?: { timeouts?: Timeouts; clock?: Clock; apiKey?: string }) => Backend;

/** A model is named in both, so that nothing but questions is sent once the backend has looked. */
export const backends: Readonly<Record<"openai" | "ollama", Ask>> = {
  openai: (url, changes) => openai(url, { model: "m", ...changes }),
  ollama,
};

export const neverCancelled = new AbortController().signal;

export function failureOf(outcome: Outcome<Reply>): Failure {
  if (outcome.ok) throw new Error(`expected a failure, got the answer ${outcome.value.text.slice(0, 200)}`);
  return outcome.failure;
}

export function replyOf(outcome: Outcome<Reply>): Reply {
  if (!outcome.ok) throw new Error(`expected an answer, got ${JSON.stringify(outcome.failure)}`);
  return outcome.value;
}
