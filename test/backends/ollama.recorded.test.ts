/** The ollama backend against what a real Ollama said (fixtures/ollama/README.md), sent again byte for byte. */

import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chunk, lastChunk, type ModelServer, modelServer, page, streamHead } from "../fixtures/model-server.ts";
import { failureOf, ollama, question, replyOf, neverCancelled as signal } from "./asking.ts";

const recorded = (name: string): string => readFileSync(join(import.meta.dir, "../fixtures/ollama", name), "utf8");

let server: ModelServer | undefined;
afterEach(() => server?.stop());

/** The answers in their order; the last one is given again and again. */
async function replay(...names: string[]): Promise<ModelServer> {
  const json = { "content-type": "application/json" };
  server = await modelServer(
    (wire, _, number) => {
      const [head = "", body = ""] = recorded(names[number - 1] ?? names.at(-1) ?? "").split("\n\n");
      if (head.includes("application/json")) return wire.send(page(Number(head.split(" ")[1]), body, json));
      wire.send(streamHead.replace("text/event-stream", "application/x-ndjson"));
      for (const line of body.split(/(?<=\n)/)) wire.send(chunk(line));
      wire.send(lastChunk);
    },
    {
      onGet: (wire, { path }) => wire.send(page(200, recorded(path === "/api/ps" ? "ps.json" : "tags.json"), json)),
    },
  );
  return server;
}

const ask = async (url: string, text = "a text") =>
  ollama(url, { model: "smollm2:135m" }).ask(question(text), { signal });

test("an answer by the schema, with its counts", async () => {
  const reply = replyOf(await ask((await replay("chat.http")).url));
  expect(JSON.parse(reply.text)).toHaveProperty("summary");
  expect(reply.model).toBe("smollm2:135m");
  expect(reply.usage).toMatchObject({ tokensIn: 23, tokensOut: 34, tokensCached: null });
});

test("an answer that num_predict cuts", async () => {
  expect(failureOf(await ask((await replay("cut.http")).url))).toMatchObject({ reason: "cut", raw: "10 is the" });
});

test("a model that it has not", async () => {
  const failure = failureOf(await ask((await replay("missing-model.http")).url));
  expect(failure).toMatchObject({ kind: "model_missing", status: 404 });
  expect(failure.detail).toContain("ollama pull");
});

test("a text too long, asked once more with more room", async () => {
  const { url, calls } = await replay("too-long.http", "chat.http");
  replyOf(await ask(url, "word ".repeat(1_500)));
  const sent = calls.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body).options.num_ctx);
  expect(sent).toEqual([4_096, 8_192]);
});

test.each(["no-thinking.http", "bad-schema.http"])("%s is answered without that", async (refusal) => {
  replyOf(await ask((await replay(refusal, "chat.http")).url));
});
