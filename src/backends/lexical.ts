/** The backend without a model: it describes a text by its own words, the same text always alike. It asks nobody. */

import type { Clock } from "../core/clock.ts";
import { success } from "../core/failure.ts";
import type { Backend } from "./backend.ts";
import { describe } from "./lexical/describe.ts";

/** Goes up when the same text would be described otherwise. */
const model = "lexical-1";

export function lexicalBackend({ clock }: { readonly clock: Clock }): Backend {
  return {
    name: "lexical",
    model,
    ask: async ({ text, contentType }, { signal, onProgress }) => {
      const startMs = clock.nowMs();
      await turn(signal);
      const described = JSON.stringify(describe(text, contentType));
      onProgress?.(true);
      const durationMs = clock.nowMs() - startMs;
      return success({ text: described, model, usage: null, firstTokenMs: durationMs, durationMs });
    },
    probe: async (signal) => {
      await turn(signal);
      return success({ model });
    },
  };
}

/** Work without waiting would keep signals and timers out for as long as there are chunks: each question takes a turn. */
async function turn(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
