/** How the openai backend treats its connection: made or not, kept, closed when nobody waits, stale after a restart. */

import { afterEach, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import {
  answerWith,
  chunk,
  type Manners,
  type ModelServer,
  modelServer,
  page,
  streamHead,
  token,
} from "../fixtures/model-server.ts";
import { failureOf, openai, patient, question, replyOf, neverCancelled as signal } from "./asking.ts";

const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serve(manners: Manners): Promise<ModelServer> {
  const server = await modelServer(manners);
  stops.push(server.stop);
  return server;
}

const well: Manners = (wire) => answerWith(wire, "{}");

describe("a server that cannot be reached", () => {
  const ask = async (url: string) => failureOf(await openai(url).ask(question("a text"), { signal }));

  test("nothing listens", async () => {
    const server = await serve(well);
    server.stop();
    expect(await ask(server.url)).toMatchObject({ kind: "unreachable", reason: "refused" });
  });

  test("no such name", async () => {
    expect(await ask("http://no-such-host.invalid")).toMatchObject({ kind: "unreachable", reason: "dns" });
  });

  test("a server without TLS, by https", async () => {
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hello") });
    stops.push(() => server.stop(true));
    expect(await ask(`https://127.0.0.1:${server.port}`)).toMatchObject({ kind: "unreachable" });
  });

  test("a queue that is full: a timeout of connecting, and not one of waiting for a token", async () => {
    const child = Bun.spawn(["python3", resolve(import.meta.dir, "../fixtures/full_backlog.py")], {
      stdin: "pipe",
      stdout: "pipe",
    });
    stops.push(() => child.kill("SIGKILL"));
    const port = new TextDecoder().decode((await child.stdout.getReader().read()).value).trim();
    const backend = openai(`http://127.0.0.1:${port}`, { timeouts: { ...patient, connectMs: 150 } });
    const failure = failureOf(await backend.ask(question("a text"), { signal }));
    expect(failure).toMatchObject({ kind: "timeout", phase: "connect", afterMs: 150 });
  });
});

describe("a question that nobody waits for any more", () => {
  const halfway: Manners = (wire) => wire.send(streamHead + chunk(token("half")));
  test.each([
    ["before the head", () => {}],
    ["after the head", (wire) => wire.send(streamHead)],
    ["in the answer", halfway],
  ] satisfies [string, Manners][])(
    "cancelled %s, it rejects with the reason, and the connection is closed",
    async (...[when, manners]) => {
      const arrived = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      const { url } = await serve((wire, call, number) => {
        void wire.closed.then(closed.resolve);
        if (when === "before the head") arrived.resolve();
        return manners(wire, call, number);
      });
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      const options = { signal: controller.signal, onProgress: () => arrived.resolve() };
      const answer = openai(url).ask(question("a text"), options);
      await arrived.promise;
      controller.abort(reason);
      await expect(answer).rejects.toBe(reason);
      await closed.promise;
    },
  );

  test("timed out, the connection is closed, so that the server stops generating", async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((wire) => {
      wire.send(streamHead + chunk(token("half")));
      void wire.closed.then(closed.resolve);
    });
    const backend = openai(url, { timeouts: { ...patient, progressMs: 80 } });
    expect(failureOf(await backend.ask(question("a text"), { signal }))).toMatchObject({ phase: "progress" });
    await closed.promise;
  });

  test.each([
    ["a stream", streamHead + chunk(token("x".repeat(300_000)))],
    ["a body", page(200, "x".repeat(9_000_000), { "content-length": "99000000", "content-type": "application/json" })],
  ])("too large, the connection is closed: %s", async (_, bytes) => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((wire) => {
      wire.send(bytes);
      void wire.closed.then(closed.resolve);
    });
    expect(failureOf(await openai(url).ask(question("a text"), { signal }))).toMatchObject({ reason: "oversized" });
    await closed.promise;
  });

  test("no listener is left on the signal of a run, which asks ten thousand times", async () => {
    const { url } = await serve(well);
    const backend = openai(url);
    let listeners = 0;
    const controller = new AbortController();
    const { addEventListener, removeEventListener } = controller.signal;
    controller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(controller.signal, args);
    };
    controller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(controller.signal, args);
    };
    for (const text of "abc") replyOf(await backend.ask(question(text), { signal: controller.signal }));
    expect(listeners).toBe(0);
  });
});

describe("a connection that is kept", () => {
  test("questions after one another share it", async () => {
    const { url, calls } = await serve(well);
    const backend = openai(url);
    for (const text of "abcd") replyOf(await backend.ask(question(text), { signal }));
    expect(new Set(calls.filter(({ method }) => method === "POST").map(({ connection }) => connection)).size).toBe(1);
  });

  test("one that went stale costs nothing: the question is sent once more", async () => {
    const { url, calls } = await serve((wire, _, number) => (number === 2 ? wire.reset() : answerWith(wire, "{}")));
    const backend = openai(url, { model: "m" });
    for (const text of "ab") replyOf(await backend.ask(question(text), { signal }));
    expect(calls.length).toBe(3);
  });

  test("a restarted server on the same port answers the next question", async () => {
    const first = await serve(well);
    const backend = openai(first.url, { model: "m" });
    replyOf(await backend.ask(question("a"), { signal }));
    first.stop();
    const second = await modelServer(well, { port: first.port });
    stops.push(second.stop);
    replyOf(await backend.ask(question("b"), { signal }));
  });

  test("sent once more, and only once", async () => {
    const { url, calls } = await serve((wire, _, number) => (number > 1 ? wire.reset() : answerWith(wire, "{}")));
    const backend = openai(url, { model: "m" });
    replyOf(await backend.ask(question("a"), { signal }));
    expect(failureOf(await backend.ask(question("b"), { signal }))).toMatchObject({ reason: "reset" });
    expect(calls.length).toBe(3);
  });

  test("a server that dies of a question after a while is not given it again", async () => {
    const { url, calls } = await serve(async (wire, _, number) => {
      if (number === 1) return answerWith(wire, "{}");
      await Bun.sleep(100);
      wire.reset();
    });
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() * 20 };
    const timeouts = { connectMs: 100_000, firstTokenMs: 100_000, progressMs: 100_000, totalMs: 100_000 };
    const backend = openai(url, { model: "m", clock, timeouts });
    replyOf(await backend.ask(question("a"), { signal }));
    expect(failureOf(await backend.ask(question("b"), { signal }))).toMatchObject({ reason: "reset" });
    expect(calls.length).toBe(2);
  });
});

test("no proxy of the environment stands between us and this machine", async () => {
  const { url, calls } = await serve(well);
  const proxy = await serve((wire) => wire.reset());
  const variables = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, ALL_PROXY: proxy.url, NO_PROXY: "", no_proxy: "" };
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, "../fixtures/behind-proxy.ts"), url], {
    env: { ...process.env, ...variables },
    stdout: "pipe",
  });
  expect(JSON.parse(await child.stdout.text())).toEqual({ ok: true, found: true });
  expect([calls.length > 1, proxy.calls.length]).toEqual([true, 0]);
});
