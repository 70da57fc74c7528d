/** Each way in which a server can fail a question, on real connections, and the one failure that it must be. */

import { afterEach, describe, expect, test } from "bun:test";
import { systemClock } from "../../src/core/clock.ts";
import type { Failure } from "../../src/core/failure.ts";
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
  page,
  streamHead,
  token,
} from "../fixtures/model-server.ts";
import { failureOf, neverCancelled, openai, patient, question } from "./asking.ts";

let server: ModelServer | undefined;
afterEach(() => server?.stop());

/** What the server's manners come to, and how many questions it got. */
async function asked(manners: Manners, limits: Partial<typeof patient> = {}): Promise<[Failure, number]> {
  server = await modelServer(manners);
  const backend = openai(server.url, { timeouts: { ...patient, ...limits } });
  const failure = failureOf(await backend.ask(question("a text"), { signal: neverCancelled }));
  return [failure, server.calls.length];
}

const stream =
  (...events: readonly (string | Uint8Array)[]): Manners =>
  (wire) => {
    wire.send(streamHead);
    for (const each of events) wire.send(chunk(each));
    wire.send(lastChunk);
  };
const plain =
  (response: string): Manners =>
  (wire) =>
    wire.send(response);
/** Sends a piece for as long as anyone listens, and every few milliseconds. */
const endless =
  (piece: string): Manners =>
  async (wire) => {
    wire.send(streamHead);
    let isOpen = true;
    void wire.closed.then(() => {
      isOpen = false;
    });
    while (isOpen) {
      wire.send(chunk(piece));
      await systemClock.sleep(5);
    }
  };

const refused = (status: number, headers: Record<string, string> = {}): Manners =>
  plain(json(status, { error: { message: "no" } }, headers));

const table: readonly (readonly [string, Manners, object, Partial<typeof patient>?])[] = [
  ["a reset before the response", (wire) => wire.reset(), { kind: "unreachable", reason: "reset" }],
  ["an end before the response", (wire) => wire.end(), { kind: "unreachable", reason: "reset" }],
  ["400", refused(400), { kind: "bad_request", status: 400, detail: "no" }],
  ["401", refused(401), { kind: "unauthorized", status: 401 }],
  ["403", refused(403), { kind: "unauthorized", status: 403 }],
  ["404", refused(404), { kind: "model_missing", status: 404 }],
  ["408", refused(408), { kind: "timeout", phase: "total" }],
  ["413", refused(413), { kind: "too_large", status: 413 }],
  ["429 without a time", refused(429), { kind: "overloaded", status: 429, retryAfterMs: null }],
  ["429 with seconds", refused(429, { "Retry-After": "12" }), { kind: "overloaded", retryAfterMs: 12_000 }],
  ["500", refused(500), { kind: "server_error", status: 500 }],
  ["503", refused(503, { "Retry-After": "1" }), { kind: "overloaded", status: 503, retryAfterMs: 1000 }],
  ["302", plain(page(302, "", { Location: "http://127.0.0.1:1/" })), { kind: "bad_request", status: 302 }],
  ["a page", plain(page(200, "<h1>Log in</h1>", { "Content-Type": "text/html" })), { reason: "not_api" }],
  ["204", plain("HTTP/1.1 204 No Content\r\n\r\n"), { kind: "server_error", status: 204 }],
  ["not HTTP", plain("SSH-2.0-OpenSSH_9.6\r\n\r\n"), { reason: "not_api" }],
  ["JSON of something else", plain(json(200, { status: "ok" })), { reason: "not_api" }],
  ["a length that is too long", plain(page(200, "{}", { "content-length": "50" })), {}, { firstTokenMs: 100 }],
  ["a length that is too short", plain(json(200, { choices: [] }, { "content-length": "5" })), { reason: "not_api" }],
  ["a stream without its end", stream(token("half")), { kind: "unreachable", reason: "reset" }],
  ["a stream that is reset", resetsAfter(token("half")), { kind: "unreachable", reason: "reset" }],
  ["a stream that is ended in an event", endsIn('data: {"choices":[{"del'), { kind: "unreachable", reason: "reset" }],
  ["an event cut in its middle", stream('data: {"choices":[{"del\n\n', done), { reason: "not_api" }],
  ["no text at all", stream(finish("stop"), done), { reason: "empty" }],
  ["only blanks", stream(token(" \n"), finish("stop"), done), { reason: "empty" }],
  ["only thinking", stream(event({ choices: [{ delta: { reasoning: "hm" } }] }), done), { reason: "empty" }],
  ["a cut answer", stream(token('{"a'), finish("length"), done), { reason: "cut", raw: '{"a' }],
  ["a cut, empty answer", stream(finish("length"), done), { reason: "cut", raw: "" }],
  [
    "an error in the stream",
    stream(token("{"), event({ error: { code: 500, message: "x" } })),
    { kind: "server_error" },
  ],
  ["an error event", stream('event: error\ndata: {"message":"context size exceeded"}\n\n'), { kind: "too_large" }],
  ["an error as a whole answer", plain(json(200, { error: { code: 503, message: "x" } })), { kind: "overloaded" }],
  ["bytes that are not UTF-8", stream(token("a"), new Uint8Array([0xc3, 0x28, 0x0a]), done), { reason: "not_api" }],
  ["10 MB of answer", stream(...Array(160).fill(token("x".repeat(65_536))), done), { reason: "oversized" }],
  ["10 MB on one line", stream(...Array(160).fill("x".repeat(65_536))), { reason: "oversized" }],
  ["10 MB of comments", stream(...Array(160).fill(`:${"x".repeat(65_534)}\n`)), { reason: "oversized" }],
  ["10 MB of JSON", plain(json(200, { pad: "x".repeat(10_000_000) })), { reason: "oversized" }],
  ["an endless answer", endless(token("again ".repeat(2000))), { reason: "oversized" }],
  ["silence", () => {}, { phase: "first_token", afterMs: 150 }, { connectMs: 100, firstTokenMs: 150 }],
  ["silence after the head", (w) => w.send(streamHead), { phase: "first_token" }, { firstTokenMs: 100 }],
  ["silence in the middle", (w) => w.send(streamHead + chunk(token("a"))), { phase: "progress" }, { progressMs: 100 }],
  ["silence in a refusal", plain(page(500, "", { "content-length": "9" })), { kind: "timeout" }, { firstTokenMs: 100 }],
  ["a drip", endless(": keepalive 1/9\n\n"), { phase: "total", afterMs: 200 }, { totalMs: 200, firstTokenMs: 100 }],
  ["a drip of tokens", endless(token("a")), { phase: "total" }, { totalMs: 200, progressMs: 100 }],
];

function resetsAfter(piece: string): Manners {
  return async (wire) => {
    wire.send(streamHead);
    wire.send(chunk(piece));
    await systemClock.sleep(30);
    wire.reset();
  };
}

function endsIn(piece: string): Manners {
  return (wire) => {
    wire.send(streamHead);
    wire.send(chunk(piece));
    wire.end();
  };
}

describe("a server that fails a question", () => {
  // A rest parameter, for Bun takes a fourth named one, where the row has three, for a callback to wait for.
  test.each(table)("%s", async (...[, manners, expected, limits]) => {
    const [failure, questions] = await asked(manners, limits);
    expect(failure).toMatchObject(expected);
    expect(failure.detail).not.toBe("");
    expect(questions).toBe(1);
  });
});
