/** The port of every backend: one question in, one reply or one failure out. It never retries and never writes. */

import type { Outcome } from "../core/failure.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** One question about one chunk, in both forms: messages for a model, the plain text for a backend without one. */
export interface Question {
  readonly messages: readonly Message[];
  /** JSON Schema of the reply, for servers that can enforce one. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly maxTokens: number;
  readonly text: string;
  readonly contentType: string | null;
}

export interface Usage {
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Null where the server counts them not apart. */
  readonly tokensCached: number | null;
}

export interface Reply {
  /** As it came, nothing cut away: reading it is the pipeline's work. */
  readonly text: string;
  /** What the server says answered; the model asked for where it says nothing. */
  readonly model: string;
  /** Null where the server reports none. */
  readonly usage: Usage | null;
  readonly firstTokenMs: number;
  readonly durationMs: number;
}

export interface AskOptions {
  /** Cancels the question; a cancelled question rejects with the signal's reason, which is not a failure. */
  readonly signal: AbortSignal;
  /** Called for every sign of life: a token, a keep-alive line. `hasToken`: the answer has begun. */
  readonly onProgress?: (hasToken: boolean) => void;
}

export interface Backend {
  readonly name: string;
  /** The model that answers, as far as it is known. */
  readonly model: string;
  /** The model that was asked for; null leaves it to the server, whose choice may be another tomorrow. */
  readonly pinnedModel: string | null;
  /** Where it is, and why it was taken where nobody named it; for showing. */
  readonly place?: { readonly url: string | null; readonly reason: string | null };
  readonly ask: (question: Question, options: AskOptions) => Promise<Outcome<Reply>>;
  /** Proves that it can generate, by the smallest generation; a health page proves nothing (facts on mlx_lm.server). */
  readonly probe: (signal: AbortSignal) => Promise<Outcome<{ readonly model: string }>>;
  /** False while a question would have to wait for a server to be started. */
  readonly isReady?: () => boolean;
  /** Has its server started anew, where that is ours; `by`: who asked for it. */
  readonly restart?: (by: string) => void;
  /** Gives back what it holds; when the signal fires, at once. */
  readonly close?: (signal: AbortSignal) => Promise<void>;
}
