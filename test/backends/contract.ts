/** What every backend promises, as one suite: run it against each adapter, and against each real server behind one. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Backend } from "../../src/backends/backend.ts";
import { neverCancelled, question, replyOf } from "./asking.ts";

const text = "The pool opens a connection for each worker and closes it when the worker has been idle for a minute.";

/** Texts that a database may hold; a backend gives an outcome for each, whatever it is. */
const oddTexts = {
  empty: "",
  blank: " \n\t",
  nul: "a\u0000b",
  "half a surrogate pair": "a\ud800b",
  emoji: "👩‍👩‍👧‍👦 ✅",
};

/** `makeBackend` is called once, before the first test; `stop` after the last. */
export function describeBackendContract(
  name: string,
  makeBackend: () => Promise<{ backend: Backend; stop?: () => unknown }> | { backend: Backend; stop?: () => unknown },
): void {
  describe(`the contract of a backend: ${name}`, () => {
    let backend: Backend;
    let stop: (() => unknown) | undefined;
    beforeAll(async () => {
      ({ backend, stop } = await makeBackend());
    });
    afterAll(() => stop?.());

    test("answers a question with an enrichment in JSON, and says who answered and how long it took", async () => {
      let signs = 0;
      const onProgress = (): void => void signs++;
      const reply = replyOf(await backend.ask(question(text), { signal: neverCancelled, onProgress }));
      expect(JSON.parse(reply.text)).toHaveProperty("summary", expect.any(String));
      expect(reply.model).not.toBe("");
      expect(reply.firstTokenMs).toBeGreaterThanOrEqual(0);
      expect(reply.durationMs).toBeGreaterThanOrEqual(reply.firstTokenMs);
      expect(signs).toBeGreaterThan(0);
    });

    test("counts tokens in whole numbers, never more of them cached than sent, or says that it has no count", async () => {
      const { usage } = replyOf(await backend.ask(question(text), { signal: neverCancelled }));
      const counts = usage === null ? [0, 0, 0] : [usage.tokensIn, usage.tokensOut, usage.tokensCached ?? 0];
      for (const count of counts) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      expect(counts[2]).toBeLessThanOrEqual(counts[0] ?? 0);
    });

    test("answers several questions at a time, each with its own answer", async () => {
      const asked = ["first", "second", "third"].map((word) =>
        backend.ask(question(`${word}: ${text}`), { signal: neverCancelled }),
      );
      for (const outcome of await Promise.all(asked)) expect(replyOf(outcome).text).not.toBe("");
    });

    test("a question that was cancelled before it was asked rejects with the reason", async () => {
      const reason = new Error("no longer wanted");
      const asked = backend.ask(question(text), { signal: AbortSignal.abort(reason) });
      await expect(asked).rejects.toBe(reason);
    });

    test("a question that is cancelled rejects with the reason, and the next one is answered", async () => {
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      const asked = backend.ask(question(text), { signal: controller.signal });
      controller.abort(reason);
      await expect(asked).rejects.toBe(reason);
      expect(replyOf(await backend.ask(question(text), { signal: neverCancelled })).text).not.toBe("");
    });

    test.each(Object.entries(oddTexts))("gives an outcome, and never throws, for %s text", async (_, odd) => {
      const outcome = await backend.ask(question(odd, { maxTokens: 8 }), { signal: neverCancelled });
      // A model may make nothing of it, or be cut; no text is refused for how it is written.
      expect(outcome.ok ? "unusable_reply" : outcome.failure.kind).toBe("unusable_reply");
    });

    test("a probe names the model that answers", async () => {
      const probed = await backend.probe(neverCancelled);
      const reply = replyOf(await backend.ask(question(text), { signal: neverCancelled }));
      expect(probed).toEqual({ ok: true, value: { model: reply.model } });
      expect(backend.model).toBe(reply.model);
      expect(backend.name).not.toBe("");
    });

    test("a probe that is cancelled rejects with the reason", async () => {
      const reason = new Error("no longer wanted");
      await expect(backend.probe(AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
