/**
 * Whether a backend that fails nearly every chunk is dead, lives and gives nothing usable, or is well and the chunks are
 * at fault: by the smallest generation, then by a text that any model can describe. It decides nothing.
 */

import type { Backend } from "../backends/backend.ts";
import { type Failure, policyOf } from "../core/failure.ts";
import type { Health } from "../core/slump.ts";
import { type Prompt, questionFor } from "./prompt.ts";
import { readReply } from "./reply.ts";

export type Examine = (backend: Backend, signal: AbortSignal) => Promise<Health>;

/** Rejects only when the signal fires, with its reason. */
export const examineWith =
  (prompt: Prompt): Examine =>
  async (backend, signal) => {
    const probed = await backend.probe(signal);
    if (!probed.ok) return healthOf(probed.failure);
    const reply = await backend.ask(questionFor(prompt, sample, []), { signal });
    if (!reply.ok) return healthOf(reply.failure);
    return readReply(reply.value.text, prompt.extras).ok ? "well" : "unwell";
  };

const healthOf = (failure: Failure): Health => (policyOf(failure).opensBreaker ? "dead" : "unwell");

/** As a chunk that nobody has. */
export const sample = {
  ...{ id: "sample", rowid: 0, source: null, project: null },
  content:
    "The connection pool opens one connection for each worker. When a worker is idle for a minute, the pool closes its " +
    "connection. We raised the limit from 8 to 16 because requests had to wait at noon.",
  ...{ contentType: "assistant_text", conversationId: null, position: null },
};
