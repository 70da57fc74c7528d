/** What the openai backend sends, and the shapes of a good answer that it takes: servers differ in both. */

import { afterEach, describe, expect, test } from "bun:test";
import {
  chunk,
  done,
  event,
  finish,
  json,
  lastChunk,
  type Manners,
  type ModelServer,
  modelServer,
  streamHead,
  token,
  usage,
  type Wire,
} from "../fixtures/model-server.ts";
import { failureOf, openai, patient, question, replyOf, neverCancelled as signal, smallSchema } from "./asking.ts";

let server: ModelServer | undefined;
afterEach(() => server?.stop());

async function serve(manners: Manners, models: readonly string[] = []): Promise<ModelServer> {
  const data = models.map((id) => ({ id }));
  server = await modelServer(manners, { onGet: (wire) => wire.send(json(200, { object: "list", data })) });
  return server;
}

/** The text, in a stream of the given pieces. */
async function answered(...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const { url } = await serve(async (wire) => {
    wire.send(streamHead);
    // Apart, so that each arrives as a piece of its own.
    for (const piece of pieces) {
      wire.send(chunk(piece));
      await Bun.sleep(2);
    }
    wire.send(lastChunk);
  });
  return replyOf(await openai(url).ask(question("a text"), { signal })).text;
}

const plain = (wire: Wire, text: string, model = "m"): void =>
  wire.send(json(200, { model, choices: [{ message: { content: text }, finish_reason: "stop" }] }));

const emoji = Buffer.from(token("👩‍👩‍👧"));

describe("a good answer", () => {
  test("cut within a character", async () => {
    expect(await answered(...Array.from(emoji, (byte) => new Uint8Array([byte])), finish("stop") + done)).toBe(
      "👩‍👩‍👧",
    );
  });
  test("without [DONE]", async () => expect(await answered(token("a"), finish("stop"))).toBe("a"));
  test("without a finish reason", async () => expect(await answered(token("a"), done)).toBe("a"));
  test("with CRLF, comments and no space after the colon", async () => {
    const data = JSON.stringify({ choices: [{ delta: { content: "a" }, finish_reason: "stop" }] });
    expect(await answered(`: hello\r\n\r\ndata:${data}\r\n\r\ndata: [DONE]\r\n\r\n`)).toBe("a");
  });
  test("with a byte order mark, and a role before the text", async () => {
    const role = event({ choices: [{ delta: { role: "assistant", content: null } }] });
    expect(await answered(`\ufeff${role}`, token("a"), done)).toBe("a");
  });
  test("after thinking, which is no part of it", async () => {
    const thought = event({ choices: [{ delta: { reasoning_content: "hm" } }] });
    expect(await answered(thought, token("a"), finish("stop"), done)).toBe("a");
  });

  test("as one plain body, from a server that does not stream", async () => {
    const { url } = await serve((wire) => plain(wire, "a"));
    expect(replyOf(await openai(url).ask(question("a text"), { signal }))).toMatchObject({ text: "a", model: "m" });
  });

  test("over HTTP/1.0, where the end of the connection is the end, as mlx_lm.server has it", async () => {
    const { url } = await serve((wire) => {
      wire.send(`HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n${token("a")}${finish("stop")}${done}`);
      wire.end();
    });
    const backend = openai(url);
    for (const text of "ab") expect(replyOf(await backend.ask(question(text), { signal })).text).toBe("a");
  });

  test("reset after it was whole: it is kept", async () => {
    const { url } = await serve(async (wire) => {
      wire.send(streamHead);
      wire.send(chunk(token("a") + finish("stop")));
      await Bun.sleep(20);
      wire.reset();
    });
    expect(replyOf(await openai(url).ask(question("a text"), { signal })).text).toBe("a");
  });

  test("keep-alive lines are life, for the limits and for who asks", async () => {
    const { url } = await serve(async (wire) => {
      wire.send(streamHead);
      for (let n = 0; n < 12; n++) {
        wire.send(chunk(`: keepalive ${n}/12\n\n`));
        await Bun.sleep(25);
      }
      wire.send(Buffer.concat([chunk(token("a") + finish("stop") + usage(9, 1, 7) + done), Buffer.from(lastChunk)]));
    });
    let signs = 0;
    const backend = openai(url, { timeouts: { ...patient, firstTokenMs: 160 } });
    const reply = replyOf(await backend.ask(question("a text"), { signal, onProgress: () => void signs++ }));
    // Lines may arrive together.
    expect(signs).toBeGreaterThan(3);
    expect(reply.usage).toEqual({ tokensIn: 9, tokensOut: 1, tokensCached: 7 });
    expect(reply.firstTokenMs).toBeGreaterThan(200);
  });
});

describe("the name of the model", () => {
  const named = async (said: string, models: readonly string[], configured: string | null): Promise<string> => {
    const { url } = await serve((wire) => plain(wire, "a", said), models);
    return replyOf(await openai(url, { model: configured }).ask(question("a text"), { signal })).model;
  };
  test.each([
    ["what the answer says", "m-1", [], "m", "m-1"],
    ["what was asked for, where it says a placeholder", "default_model", ["x"], "m", "m"],
    ["the only one of the list, where nothing was asked for", "default_model", ["x"], null, "x"],
    ["the only one of the list, where it says nothing", "", ["x"], null, "x"],
    ["never a guess among several", "default_model", ["x", "y"], null, "default_model"],
    ["said to be unknown", "", [], null, "server default"],
  ])("%s", async (_, said, models, configured, expected) => {
    expect(await named(said, models, configured)).toBe(expected);
  });
});

describe("what is sent", () => {
  const bodies = ({ calls }: ModelServer) =>
    calls.filter(({ method }) => method === "POST").map(({ body }): Record<string, unknown> => JSON.parse(body));

  test("the fixed parts, with a length, and no model that nobody named", async () => {
    const { url } = await serve((wire) => plain(wire, "a"));
    replyOf(await openai(url, { apiKey: "sk-1" }).ask(question("a text"), { signal }));
    const [call] = server?.calls ?? [];
    expect(call?.headers.get("content-length")).toBe(String(Buffer.byteLength(call?.body ?? "")));
    expect(call?.headers.get("authorization")).toBe("Bearer sk-1");
    expect(JSON.parse(call?.body ?? "")).toEqual({
      stream: true,
      max_tokens: 96,
      temperature: 0,
      stream_options: { include_usage: true },
      chat_template_kwargs: { enable_thinking: false },
      response_format: { type: "json_schema", json_schema: { name: "enrichment", strict: true, schema: smallSchema } },
      messages: [...question("a text").messages],
    });
  });

  test("the model that was named, and thinking where it is wanted", async () => {
    const running = await serve((wire) => plain(wire, "a"));
    replyOf(await openai(running.url, { model: "m", thinking: true }).ask(question("a text"), { signal }));
    expect(bodies(running)).toMatchObject([{ model: "m" }]);
    expect(bodies(running)[0]).not.toHaveProperty("chat_template_kwargs");
  });

  test("a field that the server refuses by name is left out from then on; another refusal stands", async () => {
    const running = await serve((wire, { body }) => {
      const field = ["response_format", "chat_template_kwargs", "no-such"].find((name) => body.includes(name));
      if (field === undefined) plain(wire, "a");
      else wire.send(json(400, { error: { message: `${field} is not supported` } }));
    });
    const backend = openai(running.url);
    replyOf(await backend.ask(question("a text"), { signal }));
    replyOf(await backend.ask(question("a text"), { signal }));
    const sent = bodies(running).map((body) => Object.keys(body).filter((key) => /format|template/.test(key)));
    expect(sent).toEqual([["chat_template_kwargs", "response_format"], ["chat_template_kwargs"], [], []]);
    expect(failureOf(await backend.ask(question("no-such"), { signal })).kind).toBe("bad_request");
  });

  test("the key is never in what is shown, also when the server repeats it", async () => {
    const { url } = await serve((wire) => wire.send(json(401, { error: { message: "bad key sk-secret" } })));
    const failure = failureOf(await openai(url, { apiKey: "sk-secret" }).ask(question("a text"), { signal }));
    expect(failure).toMatchObject({ kind: "unauthorized", detail: "bad key [key]" });
  });

  test("a key that no header can carry is a problem of the settings, and is not repeated", () => {
    expect(() => openai("http://127.0.0.1:1", { apiKey: "sk-secret\n" })).toThrow(/the key has/);
  });

  test("a probe asks for one token, and an answer cut by that is a proof", async () => {
    const running = await serve((wire) =>
      wire.send(streamHead + chunk(token("Y") + finish("length") + done) + lastChunk),
    );
    expect(await openai(running.url).probe(signal)).toEqual({ ok: true, value: { model: "scripted" } });
    expect(bodies(running)).toMatchObject([{ max_tokens: 1, stream: true }]);
  });
});
