/** Each way in which a server can fail a question, on real connections, and the one failure that it must be: a suite. */

import { afterEach, describe, expect, test } from "bun:test";
import { systemClock } from "../../src/core/clock.ts";
import type { Failure } from "../../src/core/failure.ts";
import type { Dialect } from "../fixtures/dialect.ts";
import { chunk, json, lastChunk, type Manners, type ModelServer, modelServer, page } from "../fixtures/model-server.ts";
import { backends, failureOf, neverCancelled, patient, question } from "./asking.ts";

type Limits = Partial<typeof patient>;
export type FailureRow = readonly [name: string, manners: Manners, expected: object, limits?: Limits];

/** Every piece in a chunk of its own, as a server sends them. */
export const streamOf =
  ({ head }: Dialect) =>
  (...pieces: readonly (string | Uint8Array)[]): Manners =>
  (wire) => {
    wire.send(head);
    for (const each of pieces) wire.send(chunk(each));
    wire.send(lastChunk);
  };
export const plain =
  (response: string): Manners =>
  (wire) =>
    wire.send(response);

/** By the calendar, as a proxy says it; HTTP dates have no milliseconds. */
const [past, future] = ["Fri, 31 Dec 1999 23:59:59 GMT", "Tue, 31 Dec 2069 23:59:59 GMT"];
const futureMs = Date.parse(future) - Date.now();

function rowsOf(dialect: Dialect): readonly FailureRow[] {
  const { head, token, thinking, end, error, padding } = dialect;
  const stream = streamOf(dialect);
  /** Sends a piece for as long as anyone listens, and every few milliseconds. */
  const endless =
    (piece: string): Manners =>
    async (wire) => {
      wire.send(head);
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
    plain(dialect.refusal(status, "no", headers));
  return [
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
    ["429 with a date", refused(429, { "Retry-After": future }), { retryAfterMs: expect.closeTo(futureMs, -6) }],
    ["429 with a date that is over", refused(429, { "Retry-After": past }), { kind: "overloaded", retryAfterMs: 0 }],
    [
      "503 while it loads",
      plain(dialect.refusal(503, "Loading model")),
      { kind: "overloaded", detail: "Loading model" },
    ],
    ["500", refused(500), { kind: "server_error", status: 500 }],
    ["503", refused(503, { "Retry-After": "1" }), { kind: "overloaded", status: 503, retryAfterMs: 1000 }],
    ["302", plain(page(302, "", { Location: "http://127.0.0.1:1/" })), { kind: "bad_request", status: 302 }],
    ["a page", plain(page(200, "<h1>Log in</h1>", { "Content-Type": "text/html" })), { reason: "not_api" }],
    ["a page that says 404", plain(page(404, "<!DOCTYPE html><h1>Not Found</h1>")), { reason: "not_api" }],
    ["204", plain("HTTP/1.1 204 No Content\r\n\r\n"), { kind: "server_error", status: 204 }],
    ["not HTTP", plain("SSH-2.0-OpenSSH_9.6\r\n\r\n"), { reason: "not_api" }],
    ["JSON of something else", plain(json(200, { status: "ok" })), { reason: "not_api" }],
    [
      "a length that is too long",
      plain(page(200, "{}", { "content-length": "50" })),
      { kind: "timeout" },
      { firstTokenMs: 100 },
    ],
    ["a length that is too short", plain(json(200, { choices: [] }, { "content-length": "5" })), { reason: "not_api" }],
    ["a stream that is reset", resetsAfter(token("half")), { kind: "unreachable", reason: "reset" }],
    ["no text at all", stream(end()), { reason: "empty" }],
    ["only blanks", stream(token(" \n"), end()), { reason: "empty" }],
    ["only thinking", stream(thinking("hm"), end()), { reason: "empty" }],
    ["a cut answer", stream(token('{"a'), end("length")), { reason: "cut", raw: '{"a' }],
    ["a cut, empty answer", stream(end("length")), { reason: "cut", raw: "" }],
    ["an error in the stream", stream(token("{"), error("x", 500)), { kind: "server_error" }],
    ["bytes that are not UTF-8", stream(token("a"), new Uint8Array([0xc3, 0x28, 0x0a]), end()), { reason: "not_api" }],
    ["10 MB of answer", stream(...Array(160).fill(token("x".repeat(65_536))), end()), { reason: "oversized" }],
    ["10 MB on one line", stream(...Array(160).fill("x".repeat(65_536))), { reason: "oversized" }],
    ["10 MB of nothing", stream(...Array(160).fill(padding(65_534))), { reason: "oversized" }],
    ["10 MB of JSON", plain(json(200, { pad: "x".repeat(10_000_000) })), { reason: "oversized" }],
    ["an endless answer", endless(token("again ".repeat(2000))), { reason: "oversized" }],
    ["silence", () => {}, { phase: "first_token", afterMs: 150 }, { connectMs: 100, firstTokenMs: 150 }],
    ["silence after the head", (w) => w.send(head), { phase: "first_token" }, { firstTokenMs: 100 }],
    ["silence in the middle", (w) => w.send(head + chunk(token("a"))), { phase: "progress" }, { progressMs: 100 }],
    [
      "silence in a refusal",
      plain(page(500, "", { "content-length": "9" })),
      { kind: "timeout" },
      { firstTokenMs: 100 },
    ],
    ["a drip", endless(padding(9)), { phase: "total", afterMs: 200 }, { totalMs: 200, firstTokenMs: 100 }],
    ["a drip of single bytes", drip(head + chunk(token("a"))), { phase: "total" }, { totalMs: 300, firstTokenMs: 150 }],
    ["a drip of tokens", endless(token("a")), { phase: "total" }, { totalMs: 200, progressMs: 100 }],
  ];

  /** One byte after the other, each a sign of life; what it says would be well. */
  function drip(said: string): Manners {
    return async (wire) => {
      wire.send(said.slice(0, head.length));
      for (const byte of said.slice(head.length).repeat(50)) {
        wire.send(byte);
        await systemClock.sleep(15);
      }
    };
  }

  function resetsAfter(piece: string): Manners {
    return async (wire) => {
      wire.send(head);
      wire.send(chunk(piece));
      await systemClock.sleep(30);
      wire.reset();
    };
  }
}

/** `own`: what only this dialect can do wrong. */
export function describeFailures(dialect: Dialect, own: readonly FailureRow[]): void {
  let server: ModelServer | undefined;
  afterEach(() => server?.stop());

  /** What the server's manners come to, and how many questions it got. */
  async function asked(manners: Manners, limits: Limits = {}): Promise<[Failure, number]> {
    server = await modelServer(manners, { onGet: dialect.onGet(["m"]) });
    const backend = backends[dialect.name](server.url, { timeouts: { ...patient, ...limits } });
    const failure = failureOf(await backend.ask(question("a text"), { signal: neverCancelled }));
    return [failure, server.calls.filter(({ method }) => method === "POST").length];
  }

  describe(`a server that fails a question: ${dialect.name}`, () => {
    // A rest parameter, for Bun takes a fourth named one, where the row has three, for a callback to wait for.
    test.each([...rowsOf(dialect), ...own])("%s", async (...[, manners, expected, limits]) => {
      const [failure, questions] = await asked(manners, limits);
      expect(failure).toMatchObject(expected);
      expect(failure.detail).not.toBe("");
      // Bun's own advice to programmers.
      expect(failure.detail).not.toMatch(/verbose|fetch\(/);
      expect(questions).toBe(1);
    });
  });
}

/** The server ends the connection in the middle of a piece. */
export function endsIn({ head }: Dialect, piece: string): Manners {
  return (wire) => {
    wire.send(head);
    wire.send(chunk(piece));
    wire.end();
  };
}
