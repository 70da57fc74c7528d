/** Who is found on this machine, and what is said of them: each kind of server tells itself from the others. */

import { afterEach, describe, expect, test } from "bun:test";
import { lookAround, ollamaUrl, otherUrls } from "../../../src/backends/discover/look.ts";
import { systemClock as clock } from "../../../src/core/clock.ts";
import { modelServer } from "../../fixtures/model-server.ts";
import {
  llamaLoading,
  llamaServer,
  lmStudio,
  mlxHead,
  mlxServer,
  ollamaServer,
  type Pretender,
  pretend,
  type Sayings,
  vllm,
} from "../../fixtures/servers.ts";
import { neverCancelled as signal } from "../asking.ts";

const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function there(sayings: Sayings, head?: Record<string, string>): Pretender {
  const server = pretend(sayings, head);
  stops.push(server.stop);
  return server;
}

/** Longer than a person would wait: a busy machine may be late, and no test here is about that. */
const look = (...urls: string[]) => lookAround({ urls, clock, signal, lookMs: 1_000 });
const never = (): Promise<Response> => new Promise(() => {});
const endless = (): Response =>
  new Response(
    new ReadableStream({
      async pull(out) {
        out.enqueue(new Uint8Array(65_536).fill(32));
        await clock.sleep(1);
      },
    }),
  );
const list = { object: "list", data: [{ id: "a-model", object: "model" }] };

describe("a server says who it is", () => {
  test("llama-server, and while it loads its model", async () => {
    const [ready, loading] = [there(llamaServer), there(llamaLoading)];
    expect(await look(ready.url, loading.url)).toMatchObject([
      { kind: "llama-server", url: ready.url, models: [{ name: "SmolLM2-135M-Instruct.Q4_1.gguf" }] },
      { kind: "llama-server", models: [], isLoading: true },
    ]);
  });

  test("mlx_lm.server, with and without downloads, and also where its list of them is late", async () => {
    const some = there(mlxServer("mlx-community/bge-small"), mlxHead);
    const none = there({ ...mlxServer(), "/v1/models": () => new Response("") });
    const late = there({ ...mlxServer(), "/v1/models": never }, mlxHead);
    const kinds = (await look(some.url, none.url, late.url)).map(({ kind }) => kind);
    expect(kinds).toEqual(["mlx_lm.server", "mlx_lm.server", "mlx_lm.server"]);
  });

  test("vLLM", async () => {
    expect(await look(there(vllm("Qwen/Qwen3-8B")).url)).toMatchObject([
      { kind: "vLLM", models: [{ name: "Qwen/Qwen3-8B", isForChat: true, isLoaded: true }] },
    ]);
  });

  test("LM Studio, with the use and the state of each model", async () => {
    const models = [
      { id: "text-embedding-nomic", type: "embeddings", state: "loaded" },
      { id: "qwen3-8b", type: "llm", state: "not-loaded" },
      { id: "gemma-3", type: "vlm", state: "loaded" },
    ];
    expect(await look(there(lmStudio(...models)).url)).toMatchObject([
      {
        kind: "LM Studio",
        models: [
          { name: "text-embedding-nomic", isForChat: false, isLoaded: true },
          { name: "qwen3-8b", isForChat: true, isLoaded: false },
          { name: "gemma-3", isForChat: true, isLoaded: true },
        ],
      },
    ]);
  });

  test("Ollama, with what is loaded and what runs elsewhere", async () => {
    const sayings = ollamaServer(
      { name: "all-minilm:latest", family: "bert" },
      { name: "qwen3:8b", loaded: 8192 },
      { name: "big", remote_host: "https://ollama.com:443" },
      { name: "gpt-oss:120b-cloud" },
    );
    expect(await look(there(sayings).url)).toMatchObject([
      {
        ...{ kind: "Ollama", version: "0.17.4" },
        models: [
          { isForChat: false, isLoaded: false, isElsewhere: false },
          { isForChat: true, isLoaded: true, isElsewhere: false },
          { isElsewhere: true },
          { isElsewhere: true },
        ],
      },
    ]);
  });

  test("any other that has the list of models", async () => {
    expect(await look(there({ "/v1/models": list }).url)).toMatchObject([
      { kind: "an OpenAI-compatible server", models: [{ name: "a-model", isLoaded: null }] },
    ]);
  });
});

const others: readonly (readonly [string, Sayings])[] = [
  [
    "a page for every path",
    { "*": () => new Response("<h1>Welcome</h1>", { headers: { "content-type": "text/html" } }) },
  ],
  ["404", {}],
  ["404 with a list", { "*": () => Response.json(list, { status: 404 }) }],
  ["JSON of something else", { "*": { status: "ok", data: [] } }],
  ["a list of something else", { "*": [1, 2] }],
  ["nothing", { "*": () => new Response("") }],
  ["503 of something else", { "*": () => Response.json({ error: "starting" }, { status: 503 }) }],
  ["a version of something else, and no list of models", { "/api/version": { version: "1" } }],
  ["silence", { "*": never }],
  ["an endless body", { "*": endless }],
];

describe("who is passed over", () => {
  test.each(others)("%s", async (...[, sayings]) => {
    const next = there({ "/v1/models": list });
    expect((await look(there(sayings).url, next.url)).map(({ url }) => url)).toEqual([next.url]);
  });

  test("a redirect to an API is not followed", async () => {
    const { url, paths } = there({ "/v1/models": list });
    expect(await look(there({ "*": () => Response.redirect(`${url}/v1/models`) }).url)).toEqual([]);
    expect(paths).toEqual([]);
  });

  test("whoever is not on this machine is not even asked", async () => {
    const { url, port } = there({ "/v1/models": list });
    expect(await look(`http://192.0.2.1:${port}`, url)).toHaveLength(1);
  });

  test("nothing listens", async () => {
    const server = await modelServer(() => {});
    server.stop();
    expect(await look(server.url)).toEqual([]);
    expect(await look()).toEqual([]);
  });
});

describe("looking", () => {
  test("finds in the order of the places, however late one answers", async () => {
    const slow = there({
      "/v1/models": async () => {
        await clock.sleep(60);
        return Response.json(list);
      },
    });
    const quick = there({ "/v1/models": list });
    expect((await look(slow.url, quick.url)).map(({ url }) => url)).toEqual([slow.url, quick.url]);
  });

  test("all at once: four that are silent cost no more than one", async () => {
    const silent = [1, 2, 3, 4].map(() => there({ "*": never }).url);
    const waits: number[] = [];
    const sleep: typeof clock.sleep = (ms, ended) => {
      waits.push(ms);
      return clock.sleep(ms, ended);
    };
    expect(await lookAround({ urls: silent, clock: { ...clock, sleep }, signal })).toEqual([]);
    // The second is for those who have said who they are, and over at once.
    expect(waits).toEqual([300, 1_000]);
  });

  test("cancelled, it rejects with the reason, before and while it looks", async () => {
    const reason = new Error("no longer wanted");
    const urls = [there({ "*": never }).url];
    await expect(lookAround({ urls, clock, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const finding = lookAround({ urls, clock, signal: controller.signal });
    controller.abort(reason);
    await expect(finding).rejects.toBe(reason);
  });

  test("the places are the ports that servers have by default", () => {
    expect([ollamaUrl, ...otherUrls].map((url) => Number(new URL(url).port))).toEqual([11434, 8080, 1234, 8000]);
  });
});
