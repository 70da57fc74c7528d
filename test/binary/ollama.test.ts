/** A whole run with Ollama's API, and what auto says, by the compiled binary. */

import { afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { describe as described } from "../fixtures/describing-server.ts";
import { answerIn, ollamaDialect } from "../fixtures/dialect.ts";
import { type Call, json, type ModelServer, modelServer, type Wire } from "../fixtures/model-server.ts";
import { alone } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";

let server: ModelServer | undefined;
afterEach(() => server?.stop());

const text = "The writer holds the lock for twelve seconds, so every reader waits for it. ".repeat(3);

/** With one model that is not loaded, and one that embeds. */
async function started(): Promise<ModelServer> {
  const tags = [
    { name: "nomic-embed-text:latest", size: 1, details: { family: "nomic-bert" } },
    { name: "qwen3:8b", size: 5_200_000_000, details: { family: "qwen3" } },
  ];
  const onGet = (wire: Wire, { path }: Call): void => {
    if (path === "/api/version") wire.send(json(200, { version: "0.17.4" }));
    else if (path.startsWith("/api/")) wire.send(json(200, { models: path === "/api/tags" ? tags : [] }));
    else wire.send(json(404, {}));
  };
  server = await modelServer((wire) => answerIn(ollamaDialect, wire, JSON.stringify(described(text))), { onGet });
  return server;
}

test("auto finds it by OLLAMA_HOST, says why, tells that the model is loaded, and describes everything", async () => {
  const { port, url, calls } = await started();
  const box = alone({ OLLAMA_HOST: `localhost:${port}` });
  writeFileSync(box.path("a.md"), text);
  await box.run("import", "a.md");
  const { code, out, err } = await box.run("run", "--json");
  expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
  const place = url.replace("127.0.0.1", "localhost");
  const reason = `Ollama 0.17.4 at ${place}, with qwen3:8b`;
  const events = jsonLines(out);
  expect(events.find(({ event }) => event === "run.started")).toMatchObject({ backend: "ollama", url: place });
  expect(String(events[0]?.["reason"])).toStartWith(reason);
  expect(err).toContain(`Backend ollama: ${reason}`);
  expect(err).toContain("ollama loads: qwen3:8b (5.2 GB)");
  expect(events.find(({ event }) => event === "backend.loading")).toMatchObject({ model: "qwen3:8b" });
  expect(events.find(({ event }) => event === "chunk.enriched")).toMatchObject({
    backend: "ollama",
    tokens_cached: null,
  });
  const { latest_run } = JSON.parse((await box.run("stats", "--json")).out);
  expect(latest_run).toMatchObject({ enriched: 1, tokens_in: 100, cached_share: null });
  expect(calls.filter(({ path }) => path === "/api/chat")).toHaveLength(1);
});

test("a model of another machine is refused before anything is sent", async () => {
  const { url, calls } = await started();
  const box = alone({ ENRICHD_URL: url });
  writeFileSync(box.path("a.md"), "The pool opens a connection for each worker and closes it when it was idle.");
  await box.run("import", "a.md");
  const { code, err } = await box.run("run", "--backend", "ollama", "--model", "gpt-oss:120b-cloud");
  expect([code, err]).toEqual([78, expect.stringContaining("does not run on this machine")]);
  expect(calls).toEqual([]);
});
