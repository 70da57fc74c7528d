/** Each form of an address against a server that really listens there, TLS and Unix sockets included. */

import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { lookAround } from "../../src/backends/discover/look.ts";
import { systemClock as clock } from "../../src/core/clock.ts";
import { ollamaDialect, openaiDialect } from "../fixtures/dialect.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type Certificate, makeCertificate } from "../support/tls.ts";
import { failureOf, ollama, openai, question, replyOf, neverCancelled as signal } from "./asking.ts";

const folder = temporaryFolder();
const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Answers both APIs, below `prefix` only. */
function answering(prefix: string, paths: string[] = []) {
  const models = [{ name: "m", model: "m", size: 1, details: {} }];
  return ({ url }: Request): Response => {
    const { pathname } = new URL(url);
    paths.push(pathname);
    const sse = `${openaiDialect.token("{}")}${openaiDialect.end()}`;
    const answers: Record<string, () => Response> = {
      [`${prefix}/v1/chat/completions`]: () => new Response(sse, { headers: { "content-type": "text/event-stream" } }),
      [`${prefix}/v1/models`]: () => Response.json({ object: "list", data: [{ id: "m", owned_by: "vllm" }] }),
      [`${prefix}/api/chat`]: () =>
        new Response(ollamaDialect.token("{}") + ollamaDialect.end(), {
          headers: { "content-type": "application/x-ndjson" },
        }),
      [`${prefix}/api/tags`]: () => Response.json({ models }),
      [`${prefix}/api/ps`]: () => Response.json({ models: [] }),
    };
    return answers[pathname]?.() ?? new Response("404 page not found", { status: 404 });
  };
}

function listening(options: { hostname?: string; unix?: string; tls?: Bun.TLSOptions; prefix?: string }): number {
  const { prefix = "", unix, hostname = "127.0.0.1", ...rest } = options;
  const place = unix === undefined ? { hostname, port: 0 } : { unix };
  const server = Bun.serve({ ...place, ...rest, fetch: answering(prefix) } as Bun.Serve.Options<undefined>);
  stops.push(() => server.stop(true));
  return server.port ?? 0;
}

async function bothAnswer(url: string, ollamaUrl = url): Promise<void> {
  expect(replyOf(await openai(url, { model: "m" }).ask(question("a text"), { signal })).text).toBe("{}");
  expect(replyOf(await ollama(ollamaUrl).ask(question("a text"), { signal })).text).toBe("{}");
}

describe("an address over TCP", () => {
  test.each(["", "/", "/v1", "/v1/chat/completions", "/api", "/api/chat", "/api/generate"])("with %p", (path) =>
    bothAnswer(`http://127.0.0.1:${listening({})}${path}`),
  );
  test.each(["/llm", "/llm/", "/llm/v1", "/llm/v1/chat/completions", "/llm/api/chat"])("behind a prefix: %p", (path) =>
    bothAnswer(`http://127.0.0.1:${listening({ prefix: "/llm" })}${path}`),
  );
  test("by name", () => bothAnswer(`http://localhost:${listening({ hostname: "localhost" })}`));
  test("over IPv6", () => bothAnswer(`http://[::1]:${listening({ hostname: "::1" })}/v1`));
});

describe("a Unix socket", () => {
  test("in each way to write it, also for a question who is there", async () => {
    const unix = join(folder, "a socket.sock");
    listening({ unix });
    await bothAnswer(`unix:${unix}`);
    await bothAnswer(`unix://${unix}`);
    await bothAnswer(`http+unix://${encodeURIComponent(unix)}/v1`, `http+unix://${encodeURIComponent(unix)}/api/chat`);
    expect(await lookAround({ urls: [`unix:${unix}`], clock, signal })).toMatchObject([
      { kind: "vLLM", url: `unix:${unix}` },
    ]);
  });

  test("behind a prefix", async () => {
    const unix = join(folder, "prefix.sock");
    listening({ unix, prefix: "/llm" });
    await bothAnswer(`http+unix://${encodeURIComponent(unix)}/llm`);
  });

  test("that is not there, or that nobody listens at", async () => {
    const gone = failureOf(await openai("unix:/no/such.sock", { model: "m" }).ask(question("a text"), { signal }));
    expect(gone).toMatchObject({ kind: "unreachable", reason: "refused", detail: expect.stringContaining("socket") });
    const silent = join(folder, "silent.sock");
    const child = Bun.spawn(["python3", resolve(import.meta.dir, "../fixtures/full_backlog.py"), silent], {
      ...{ stdin: "pipe", stdout: "pipe" },
    });
    stops.push(() => child.kill("SIGKILL"));
    await child.stdout.getReader().read();
    for (const backend of [openai(`unix:${silent}`, { model: "m" }), ollama(`unix:${silent}`)]) {
      const failure = failureOf(await backend.ask(question("a text"), { signal }));
      // On Linux; macOS refuses. Either way it is told at once, and tried again after a pause.
      expect(failure).toMatchObject({ kind: "unreachable", detail: expect.stringMatching(/queue is full|refused/i) });
    }
  });
});

describe("TLS on this machine", () => {
  let made: Certificate;
  beforeAll(() => {
    made = makeCertificate("DNS:localhost,IP:127.0.0.1");
  });
  const secured = (): string => {
    const { key, cert } = made;
    return `https://127.0.0.1:${listening({ tls: { key, cert } })}`;
  };

  test("a certificate that nobody vouches for, and a server without TLS", async () => {
    for (const url of [secured(), `https://127.0.0.1:${listening({})}`]) {
      const failures = [openai(url, { model: "m" }), ollama(url)].map((one) => one.ask(question("a text"), { signal }));
      for (const outcome of await Promise.all(failures)) {
        expect(failureOf(outcome)).toMatchObject({ kind: "unreachable", reason: "tls" });
      }
    }
  });

  test("one that was named in NODE_EXTRA_CA_CERTS", async () => {
    const child = Bun.spawn([process.execPath, resolve(import.meta.dir, "../fixtures/behind-proxy.ts"), secured()], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: made.certPath },
      stdout: "pipe",
    });
    expect(JSON.parse(await child.stdout.text())).toEqual({ ok: true, found: true });
  });
});
