/** How a backend treats its connection: made or not, kept, closed when nobody waits, stale after a restart: a suite. */

import { afterEach, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { answerIn, type Dialect } from "../fixtures/dialect.ts";
import { type Call, chunk, type Manners, type ModelServer, modelServer, page } from "../fixtures/model-server.ts";
import { backends, failureOf, patient, question, replyOf, neverCancelled as signal } from "./asking.ts";

const posts = (calls: readonly Call[]): readonly Call[] => calls.filter(({ method }) => method === "POST");

export function describeConnections(dialect: Dialect): void {
  const { head, token } = dialect;
  const ask = backends[dialect.name];
  const stops: (() => unknown)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  async function serve(manners: Manners): Promise<ModelServer> {
    const server = await modelServer(manners, { onGet: dialect.onGet(["m"]) });
    stops.push(server.stop);
    return server;
  }

  const well: Manners = (wire) => answerIn(dialect, wire, "{}");

  describe(`a server that cannot be reached: ${dialect.name}`, () => {
    const fails = async (url: string) => failureOf(await ask(url).ask(question("a text"), { signal }));

    test("nothing listens", async () => {
      const server = await serve(well);
      server.stop();
      expect(await fails(server.url)).toMatchObject({ kind: "unreachable", reason: "refused" });
    });

    test("no such name", async () => {
      expect(await fails("http://no-such-host.invalid")).toMatchObject({ kind: "unreachable", reason: "dns" });
    });

    test("a server without TLS, by https", async () => {
      const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hello") });
      stops.push(() => server.stop(true));
      expect(await fails(`https://127.0.0.1:${server.port}`)).toMatchObject({ kind: "unreachable" });
    });

    test("a queue that is full: a timeout of connecting, and not one of waiting for a token", async () => {
      const child = Bun.spawn(["python3", resolve(import.meta.dir, "../fixtures/full_backlog.py")], {
        stdin: "pipe",
        stdout: "pipe",
      });
      stops.push(() => child.kill("SIGKILL"));
      const port = new TextDecoder().decode((await child.stdout.getReader().read()).value).trim();
      const backend = ask(`http://127.0.0.1:${port}`, { timeouts: { ...patient, connectMs: 150 } });
      const failure = failureOf(await backend.ask(question("a text"), { signal }));
      expect(failure).toMatchObject({ kind: "timeout", phase: "connect", afterMs: 150 });
    });
  });

  describe(`a question that nobody waits for any more: ${dialect.name}`, () => {
    const halfway: Manners = (wire) => wire.send(head + chunk(token("half")));
    test.each([
      ["before the head", () => {}],
      ["after the head", (wire) => wire.send(head)],
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
        const answer = ask(url).ask(question("a text"), options);
        await arrived.promise;
        controller.abort(reason);
        await expect(answer).rejects.toBe(reason);
        await closed.promise;
      },
    );

    test("timed out, the connection is closed, so that the server stops generating", async () => {
      const closed = Promise.withResolvers<void>();
      const { url } = await serve((wire) => {
        wire.send(head + chunk(token("half")));
        void wire.closed.then(closed.resolve);
      });
      const backend = ask(url, { timeouts: { ...patient, progressMs: 80 } });
      expect(failureOf(await backend.ask(question("a text"), { signal }))).toMatchObject({ phase: "progress" });
      await closed.promise;
    });

    test.each([
      ["a stream", head + chunk(token("x".repeat(300_000)))],
      [
        "a body",
        page(200, "x".repeat(9_000_000), { "content-length": "99000000", "content-type": "application/json" }),
      ],
    ])("too large, the connection is closed: %s", async (_, bytes) => {
      const closed = Promise.withResolvers<void>();
      const { url } = await serve((wire) => {
        wire.send(bytes);
        void wire.closed.then(closed.resolve);
      });
      expect(failureOf(await ask(url).ask(question("a text"), { signal }))).toMatchObject({ reason: "oversized" });
      await closed.promise;
    });

    test("no listener is left on the signal of a run, which asks ten thousand times", async () => {
      const { url } = await serve(well);
      const backend = ask(url);
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

  describe(`a connection that is kept: ${dialect.name}`, () => {
    test("questions after one another share it", async () => {
      const { url, calls } = await serve(well);
      const backend = ask(url);
      for (const text of "abcd") replyOf(await backend.ask(question(text), { signal }));
      expect(new Set(posts(calls).map(({ connection }) => connection)).size).toBe(1);
    });

    test("one that went stale costs nothing: the question is sent once more", async () => {
      const { url, calls } = await serve((wire, _, number) =>
        number === 2 ? wire.reset() : answerIn(dialect, wire, "{}"),
      );
      const backend = ask(url);
      for (const text of "ab") replyOf(await backend.ask(question(text), { signal }));
      expect(posts(calls).length).toBe(3);
    });

    test("a restarted server on the same port answers the next question", async () => {
      const first = await serve(well);
      const backend = ask(first.url);
      replyOf(await backend.ask(question("a"), { signal }));
      first.stop();
      const second = await modelServer(well, { port: first.port, onGet: dialect.onGet(["m"]) });
      stops.push(second.stop);
      replyOf(await backend.ask(question("b"), { signal }));
    });

    test("sent once more, and only once", async () => {
      const { url, calls } = await serve((wire, _, number) =>
        number > 1 ? wire.reset() : answerIn(dialect, wire, "{}"),
      );
      const backend = ask(url);
      replyOf(await backend.ask(question("a"), { signal }));
      expect(failureOf(await backend.ask(question("b"), { signal }))).toMatchObject({ reason: "reset" });
      expect(posts(calls).length).toBe(3);
    });

    test("a server that dies of a question after a while is not given it again", async () => {
      const { url, calls } = await serve(async (wire, _, number) => {
        if (number === 1) return answerIn(dialect, wire, "{}");
        await Bun.sleep(100);
        wire.reset();
      });
      const clock = { ...systemClock, nowMs: () => systemClock.nowMs() * 20 };
      const timeouts = { connectMs: 100_000, firstTokenMs: 100_000, progressMs: 100_000, totalMs: 100_000 };
      const backend = ask(url, { clock, timeouts });
      replyOf(await backend.ask(question("a"), { signal }));
      expect(failureOf(await backend.ask(question("b"), { signal }))).toMatchObject({ reason: "reset" });
      expect(posts(calls).length).toBe(2);
    });
  });
}
