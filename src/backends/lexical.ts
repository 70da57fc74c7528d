/** The backend without a model: it describes a text by its own words, the same text always alike. It asks nobody. */

import type { Clock } from "../core/clock.ts";
import { success } from "../core/failure.ts";
import type { Backend } from "./backend.ts";

/** Goes up when the same text would be described otherwise. */
const model = "lexical-1";

export function lexicalBackend({ clock }: { readonly clock: Clock }): Backend {
  return {
    name: "lexical",
    model,
    pinnedModel: model,
    ask: async ({ text, contentType }, { signal, onProgress }) => {
      const startMs = clock.nowMs();
      // Its word lists are read with the first question: a start with another backend shall not wait for them.
      const { describe } = await import("./lexical/describe.ts");
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
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
