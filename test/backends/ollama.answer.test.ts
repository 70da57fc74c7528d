/** What the ollama backend sends, what it takes for a good answer, and what it looks at before it asks. */

import { afterEach, describe, expect, test } from "bun:test";
import type { OllamaOptions } from "../../src/backends/ollama.ts";
import { systemClock } from "../../src/core/clock.ts";
import { answerIn, ollamaDialect } from "../fixtures/dialect.ts";
import {
  type Call,
  chunk,
  json,
  lastChunk,
  type Manners,
  type ModelServer,
  modelServer,
} from "../fixtures/model-server.ts";
import { failureOf, ollama, question, replyOf, neverCancelled as signal, smallSchema } from "./asking.ts";

let server: ModelServer | undefined;
afterEach(() => server?.stop());

const { head, token, thinking, end, refusal, whole } = ollamaDialect;

interface Listed {
  readonly tags?: readonly object[];
  readonly loaded?: readonly object[];
}

async function serve(manners: Manners, { tags = [{ name: "m", size: 4_700_000_000 }], loaded = [] }: Listed = {}) {
  const onGet = (wire: Parameters<Manners>[0], { path }: Call): void =>
    wire.send(json(200, { models: path === "/api/ps" ? loaded : tags }));
  server = await modelServer(manners, { onGet });
  return server;
}

const well: Manners = (wire) => answerIn(ollamaDialect, wire, "{}");
const ask = async (url: string, text = "a text", changes: Partial<OllamaOptions> = {}) =>
  ollama(url, changes).ask(question(text), { signal });
const bodies = ({ calls }: ModelServer): { [key: string]: unknown; options: { [key: string]: number } }[] =>
  calls.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body));

describe("what is sent", () => {
  test("the fixed parts, all of them, to /api/chat", async () => {
    const running = await serve(well);
    replyOf(await ask(`${running.url}/llm/api/generate`));
    expect(running.calls.find(({ method }) => method === "POST")?.path).toBe("/llm/api/chat");
    expect(bodies(running)).toEqual([
      {
        ...{ model: "m", stream: true, keep_alive: "10m", truncate: false, shift: false, think: false },
        options: { temperature: 0, num_ctx: 4096, num_predict: 96 },
        format: smallSchema,
        messages: [...question("a text").messages],
      },
    ]);
  });

  test("more context for a longer question, and never less after it: another number would load the model anew", async () => {
    const running = await serve(well);
    const backend = ollama(running.url);
    for (const words of [1, 3_000, 1]) replyOf(await backend.ask(question("word ".repeat(words)), { signal }));
    expect(bodies(running).map(({ options }) => options["num_ctx"])).toEqual([4096, 8192, 8192]);
  });

  test("as much context as the model is loaded with already", async () => {
    const running = await serve(well, { loaded: [{ name: "m:latest", context_length: 32_768 }] });
    replyOf(await ask(running.url));
    expect(bodies(running)).toMatchObject([{ options: { num_ctx: 32_768 } }]);
  });

  test("no time to stay where somebody has the model loaded for longer", async () => {
    const until = (expires_at: string) => ({ loaded: [{ name: "m", context_length: 4096, expires_at }] });
    const forGood = await serve(well, until("2318-03-07T08:04:25.000000001Z"));
    replyOf(await ask(forGood.url));
    expect(bodies(forGood)[0]).not.toHaveProperty("keep_alive");
    forGood.stop();
    const soon = await serve(well, until("2026-02-27T10:00:00Z"));
    replyOf(await ask(soon.url, "a text", { clock: { ...systemClock, wallMs: () => Date.UTC(2026, 1, 27, 9, 57) } }));
    expect(bodies(soon)[0]).toHaveProperty("keep_alive", "10m");
  });

  test("once more, with room for every byte, when it says that the question does not fit", async () => {
    const running = await serve((wire, { body }) => {
      const { options } = JSON.parse(body);
      if (options.num_ctx >= 20_000) return answerIn(ollamaDialect, wire, "{}");
      wire.send(refusal(400, "the input length exceeds the context length"));
    });
    replyOf(await ask(running.url, "é1".repeat(7_000)));
    expect(bodies(running).map(({ options }) => options["num_ctx"])).toEqual([16_384, 24_576]);
  });

  test.each([
    ["thinking", '"m" does not support thinking', "think"],
    [
      "a schema, and plain JSON is asked for",
      "json: cannot unmarshal object into Go struct field ChatRequest.format",
      "schema",
    ],
  ])("without %s, from then on, where it is refused", async (_, words, part) => {
    const isRefused = (body: string): boolean =>
      part === "think" ? body.includes('"think"') : body.includes('"format":{');
    const kept: string[] = [];
    const running = await serve((wire, { body }) =>
      isRefused(body) ? wire.send(refusal(400, words)) : answerIn(ollamaDialect, wire, "{}"),
    );
    const memory = {
      known: () => [],
      keep: (_url: string, _model: string | null, name: string) => void kept.push(name),
    };
    const backend = ollama(running.url, { memory });
    for (const text of "ab") replyOf(await backend.ask(question(text), { signal }));
    const sent = bodies(running).map((body) => (part === "think" ? body["think"] : typeof body["format"]));
    expect(sent).toEqual(part === "think" ? [false, undefined, undefined] : ["object", "string", "string"]);
    expect(kept.map((name) => name.split("#")[0])).toEqual([part]);
  });
});

describe("a good answer", () => {
  const answered = async (...pieces: readonly (string | Uint8Array)[]) => {
    const { url } = await serve(async (wire) => {
      wire.send(head);
      for (const piece of pieces) {
        wire.send(chunk(piece));
        await Bun.sleep(2);
      }
      wire.send(lastChunk);
    });
    return replyOf(await ask(url));
  };

  test("cut within a line, and within a character", async () => {
    const bytes = Buffer.from(token("👩‍👩‍👧") + end("stop", 9, 3));
    const reply = await answered(...Array.from(bytes, (byte) => new Uint8Array([byte])));
    expect(reply).toMatchObject({ text: "👩‍👩‍👧", model: "scripted" });
    expect(reply.usage).toEqual({ tokensIn: 9, tokensOut: 3, tokensCached: null });
  });
  test("with its last line not ended", async () => {
    expect((await answered(token("a"), end().trimEnd())).text).toBe("a");
  });
  test("after thinking, which is no part of it", async () => {
    expect((await answered(thinking("hm"), token("a"), end())).text).toBe("a");
  });
  test("with empty lines and CRLF", async () => {
    expect((await answered("\n", token("a").replace("\n", "\r\n"), "\r\n", end())).text).toBe("a");
  });
  test("whole, from a server that does not stream", async () => {
    const { url } = await serve((wire) => wire.send(whole("a", "m-1")));
    expect(replyOf(await ask(url))).toMatchObject({ text: "a", model: "m-1" });
  });
});

describe("what is looked at first", () => {
  const elsewhere = { name: "mine", remote_host: "https://ollama.com:443", remote_model: "gpt-oss:120b" };

  test("a model that runs on another machine is never asked, whatever it is called", async () => {
    const running = await serve(well, { tags: [elsewhere] });
    await expect(ask(running.url, "a text", { model: "mine" })).rejects.toThrow(/does not run on this machine/);
    await expect(ollama(running.url, { model: "mine" }).probe(signal)).rejects.toThrow(/does not run on this machine/);
    for (const model of ["gpt-oss:120b-cloud", "kimi-k2:cloud"]) {
      expect(() => ollama(running.url, { model })).toThrow(/does not run on this machine/);
    }
    expect(bodies(running)).toEqual([]);
  });

  test("a server without such a list is no Ollama, and is not asked", async () => {
    server = await modelServer(well, { onGet: (wire) => wire.send(json(404, { detail: "Not Found" })) });
    expect(failureOf(await ask(server.url))).toMatchObject({ reason: "not_api" });
    expect(bodies(server)).toEqual([]);
  });

  test("a proxy before it gets the key, and what it says to a wrong one is told", async () => {
    const onGet = (wire: Parameters<Manners>[0], { headers }: Call): void => {
      const isRight = headers.get("authorization") === "Bearer right";
      wire.send(json(isRight ? 200 : 401, { models: [] }));
    };
    server = await modelServer(well, { onGet });
    replyOf(await ask(server.url, "a text", { apiKey: "right" }));
    expect(failureOf(await ask(server.url, "a text", { apiKey: "wrong" })).kind).toBe("unauthorized");
  });

  test("a model that is not loaded is told once, with its size, and again after a pause", async () => {
    const { url, calls } = await serve(well);
    const told: string[] = [];
    let aheadMs = 0;
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
    const backend = ollama(url, { clock, onLoading: (line) => told.push(line) });
    for (const text of "abc") replyOf(await backend.ask(question(text), { signal }));
    expect(told).toEqual(["m (4.7 GB)"]);
    expect(calls.filter(({ path }) => path === "/api/tags").length).toBe(1);
    aheadMs = 300_000;
    replyOf(await backend.ask(question("d"), { signal }));
    expect(told.length).toBe(2);
  });

  test("one that is loaded is not told", async () => {
    const { url } = await serve(well, { loaded: [{ name: "m", context_length: 4096 }] });
    const told: string[] = [];
    replyOf(await ask(url, "a text", { onLoading: (line) => told.push(line) }));
    expect(told).toEqual([]);
  });
});
