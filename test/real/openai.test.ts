/** The openai backend against real servers: what only they do, such as caching a prompt, and dying in an answer. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { lookAround } from "../../src/backends/discover/look.ts";
import { systemClock as clock } from "../../src/core/clock.ts";
import { failureOf, openai, question, replyOf, neverCancelled as signal } from "../backends/asking.ts";
import { describeBackendContract } from "../backends/contract.ts";
import { startLlama } from "../support/llama-server.ts";
import { startMlx } from "../support/mlx-server.ts";
import type { RealServer } from "../support/server-process.ts";

/** A small model on a busy machine of two cores is slow, and no test here is about that. */
const timeouts = { connectMs: 10_000, firstTokenMs: 120_000, progressMs: 120_000, totalMs: 240_000 };
const backendOf = ({ url }: RealServer) => openai(url, { timeouts });
const found = async ({ url }: RealServer) => (await lookAround({ urls: [url], clock, signal })).map(({ kind }) => kind);

const text = "The pool opens a connection for each worker and closes it when the worker has been idle for a minute.";

/** Kills the server once a first sign of the answer is there. */
async function killedInAnswer(server: RealServer, maxTokens: number) {
  const started = Promise.withResolvers<void>();
  let signs = 0;
  const onProgress = (): void => {
    // The first is the head of the response.
    if (++signs === 3) started.resolve();
  };
  const asked = backendOf(server).ask(question(text, { maxTokens }), { signal, onProgress });
  await Promise.race([started.promise, asked]);
  await server.stop();
  return failureOf(await asked);
}

describe("llama-server", () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startLlama();
  }, 180_000);
  afterAll(() => server?.stop());

  describeBackendContract("openai, llama-server", () => ({ backend: backendOf(server) }));

  test("is found", async () => expect(await found(server)).toEqual(["llama-server"]));

  test("gives JSON by the schema, and reads the fixed text from its cache the second time", async () => {
    const backend = backendOf(server);
    replyOf(await backend.ask(question("a queue of jobs"), { signal }));
    const reply = replyOf(await backend.ask(question(text), { signal }));
    const { summary, importance, ...others } = JSON.parse(reply.text);
    expect([typeof summary, Number.isInteger(importance), others]).toEqual(["string", true, {}]);
    expect(reply.model).toContain("SmolLM2");
    expect(reply.usage?.tokensCached).toBeGreaterThan((reply.usage?.tokensIn ?? 0) / 2);
    expect(reply.usage?.tokensOut).toBeGreaterThan(5);
  });

  test("a cancelled question frees its slot", async () => {
    const isBusy = async (): Promise<boolean> => {
      const slots: { is_processing: boolean }[] = JSON.parse(await (await fetch(`${server.url}/slots`)).text());
      return slots.some(({ is_processing }) => is_processing);
    };
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const long = question("Count to ten thousand.", { schema: {}, maxTokens: 4000 });
    const asked = backendOf(server).ask(long, { signal: controller.signal });
    asked.catch(() => {});
    while (!(await isBusy())) await Bun.sleep(10);
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    // It looks at its connections between tokens.
    while (await isBusy()) await Bun.sleep(10);
  }, 300_000);

  test("an answer that max_tokens cuts, and a text that is too long for it", async () => {
    const backend = backendOf(server);
    const cut = await backend.ask(question(text, { maxTokens: 4 }), { signal });
    expect(failureOf(cut)).toMatchObject({ kind: "unusable_reply", reason: "cut" });
    const long = await backend.ask(question("word ".repeat(20_000)), { signal });
    expect(failureOf(long)).toMatchObject({ kind: "too_large", status: 400 });
  });

  test("killed in an answer: a reset, and from then on refused", async () => {
    expect(await killedInAnswer(server, 200)).toMatchObject({ kind: "unreachable", reason: "reset" });
    expect(failureOf(await backendOf(server).ask(question(text), { signal }))).toMatchObject({ reason: "refused" });
    expect(await found(server)).toEqual([]);
  });
});

describe("mlx_lm.server", () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startMlx();
  }, 300_000);
  afterAll(() => server?.stop());

  describeBackendContract("openai, mlx_lm.server", () => ({ backend: backendOf(server) }));

  test("is found", async () => expect(await found(server)).toEqual(["mlx_lm.server"]));

  test("answers, named by its model, and reads the fixed text from its cache the second time", async () => {
    const backend = backendOf(server);
    replyOf(await backend.ask(question("a queue of jobs"), { signal }));
    const reply = replyOf(await backend.ask(question(text), { signal }));
    expect(JSON.parse(reply.text)).toMatchObject({ importance: 5 });
    expect(reply.model).toContain("chain-40");
    expect(reply.usage?.tokensCached).toBeGreaterThan((reply.usage?.tokensIn ?? 0) / 2);
    expect(reply.usage?.tokensOut).toBe(43);
  });

  test("an answer that max_tokens cuts", async () => {
    const cut = await backendOf(server).ask(question(text, { maxTokens: 10 }), { signal });
    expect(failureOf(cut)).toMatchObject({ kind: "unusable_reply", reason: "cut" });
  });

  test("another model's name is refused, and the one that was loaded answers again", async () => {
    const other = openai(server.url, { model: "no-such/model", timeouts });
    expect(failureOf(await other.ask(question(text), { signal }))).toMatchObject({ kind: "model_missing" });
    replyOf(await backendOf(server).ask(question(text), { signal }));
  });

  test("killed and started again on its port: the same backend goes on", async () => {
    const backend = backendOf(server);
    replyOf(await backend.ask(question(text), { signal }));
    await server.stop();
    server = await startMlx({ port: server.port });
    replyOf(await backend.ask(question(text), { signal }));
  }, 90_000);

  test("killed in an answer: a reset, and from then on refused", async () => {
    await server.stop();
    server = await startMlx({ words: 900 });
    expect(await killedInAnswer(server, 1000)).toMatchObject({ kind: "unreachable", reason: "reset" });
    expect(failureOf(await backendOf(server).ask(question(text), { signal }))).toMatchObject({ reason: "refused" });
  }, 90_000);
});
