/** Whether a server of ours can generate: the warm-up with the real fixed text first, then the smallest question. */

import type { Question } from "../backends/backend.ts";
import { type OpenaiOptions, openaiBackend } from "../backends/openai.ts";
import type { Failure } from "../core/failure.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import type { SupervisorParts } from "../supervisor/supervisor.ts";

export interface ProbeParts extends Omit<OpenaiOptions, "name" | "url"> {
  readonly warmUp: Question;
}

/** Loading takes as long as the supervisor lets it: no question of its own may give up before. */
const patience = {
  connectMs: 10_000,
  firstTokenMs: 24 * 3_600_000,
  progressMs: 24 * 3_600_000,
  totalMs: 24 * 3_600_000,
};

export function warmUpProbe({ warmUp, ...options }: ProbeParts): SupervisorParts["probe"] {
  return async (url, isFirst, signal) => {
    const backend = openaiBackend({ ...options, name: "mlx", url, timeouts: patience });
    // One token is enough: the fixed text is in the cache by then.
    const asked = isFirst ? await backend.ask({ ...warmUp, maxTokens: 1 }, { signal }) : await backend.probe(signal);
    if (asked.ok || hasGenerated(asked.failure)) return null;
    const { kind, detail } = asked.failure;
    const isMissing = kind === "model_missing";
    return {
      cause: { kind: isMissing ? "model_missing" : "hung", detail: `${kind}: ${detail}` },
      isEarly: kind === "unreachable" || kind === "overloaded",
    };
  };
}

/** Cut after its one token, as it should be. */
const hasGenerated = (failure: Failure): boolean =>
  failure.kind === "unusable_reply" && (failure.reason === "cut" || failure.reason === "empty");

/** A question of this run about nothing. */
export const warmUpOf = ({ system, schema }: Prompt): Question => ({
  messages: [system, { role: "user", content: "." }],
  ...{ schema, maxTokens: 1, text: ".", contentType: null },
});
