import { afterEach, describe, expect, test } from "bun:test";
import { type MlxOptions, mlxBackend, type ReadyServer } from "../../src/backends/mlx.ts";
import { systemClock } from "../../src/core/clock.ts";
import { success } from "../../src/core/failure.ts";
import {
  answerWith,
  chunk,
  done,
  finish,
  lastChunk,
  type Manners,
  type ModelServer,
  modelServer,
  streamHead,
  token,
} from "../fixtures/model-server.ts";
import { failureOf, neverCancelled, patient, question, replyOf } from "./asking.ts";

type Cause = Awaited<ReadyServer["verdict"]>;

const open: ModelServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.stop();
});

/** A server that a test loses when it likes; what was told of it is kept. */
async function ready(manners: (wire: Parameters<Manners>[0], lose: () => void) => void, verdict: Promise<Cause>) {
  const lost = new AbortController();
  const told: unknown[] = [];
  const server = await modelServer((wire) => manners(wire, () => lost.abort()));
  open.push(server);
  const service: ReadyServer = {
    ...{ url: server.url, lost: lost.signal, verdict },
    ...{ asked: () => {}, alive: () => {}, settled: (result, tokens) => void told.push([result, tokens]) },
  };
  return { service, server, told };
}

const backendOf = (services: readonly ReadyServer[], changes: Partial<MlxOptions> = {}) => {
  const next = services.values();
  return mlxBackend({
    ...{ model: "m", apiKey: null, thinking: false, timeouts: patient, clock: systemClock },
    ensureReady: async () => success(next.next().value ?? expect.unreachable("no server is left")),
    ...{ isReady: () => true, close: async () => {}, stopping: neverCancelled, lastLines: () => [], restart: () => {} },
    ...changes,
  });
};
const ask = (services: readonly ReadyServer[], signal = neverCancelled, changes: Partial<MlxOptions> = {}) =>
  backendOf(services, changes).ask(question("x"), { signal });

const dies = (wire: Parameters<Manners>[0], lose: () => void): void => {
  wire.send(streamHead);
  wire.reset();
  lose();
};
const answers = (wire: Parameters<Manners>[0]): void => answerWith(wire, "an answer");
const of = (kind: string): Promise<Cause> => Promise.resolve({ kind, detail: "by somebody" });
const pending = new Promise<Cause>(() => {});

describe("a server that ends under a question", () => {
  for (const kind of ["recycled", "asked"])
    test(`${kind}, so on purpose: asked again at the next, and nobody sees a failure`, async () => {
      const [first, second] = [await ready(dies, of(kind)), await ready(answers, pending)];
      expect(replyOf(await ask([first.service, second.service])).text).toBe("an answer");
      expect([first.told.length, second.told]).toEqual([1, [["answered", 20]]]);
    });

  test("by itself: that is a failure, and of the server", async () => {
    const first = await ready(dies, of("exited"));
    expect(failureOf(await ask([first.service]))).toMatchObject({ kind: "unreachable", reason: "reset" });
  });

  test("on purpose again and again: after three more it is a failure, but not of the question", async () => {
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => ready(dies, of("asked"))));
    const failure = failureOf(await ask(all.map(({ service }) => service)));
    expect(failure).toMatchObject({ kind: "unreachable", reason: "refused", detail: "asked: by somebody" });
    expect(all.map(({ server }) => server.calls.length)).toEqual([1, 1, 1, 1, 0]);
  });

  test("on purpose, and the run is about to end: the question was not sent, and is given back", async () => {
    const first = await ready(dies, of("asked"));
    const stopping = new AbortController();
    const ensureReady: MlxOptions["ensureReady"] = async (signal) => {
      signal.throwIfAborted();
      stopping.abort(new Error("no new questions"));
      return success(first.service);
    };
    const asked = ask([], neverCancelled, { ensureReady, stopping: stopping.signal });
    await expect(asked).rejects.toThrow("no new questions");
  });

  test("a second signal does not wait for the verdict on a server that is doubted", async () => {
    const hangs = await ready((_, lose) => lose(), pending);
    const now = new AbortController();
    const asked = ask([hangs.service], now.signal);
    while (!hangs.service.lost.aborted) await Bun.sleep(5);
    // It waits for the verdict by then, or is about to.
    await Bun.sleep(20);
    now.abort(new Error("at once"));
    await expect(asked).rejects.toThrow("at once");
  }, 2_000);
});

describe("the tokens that a server has made", () => {
  const piece = "twelve chars";
  const rows: readonly (readonly [name: string, manners: Manners, told: readonly unknown[]])[] = [
    ["as it counts them", answers, ["answered", 20]],
    ["a fourth of the characters, where it counts none", (wire) => answerWith(wire, piece, ""), ["answered", 3]],
    ["all that it may make, of a cut answer", (wire) => closes(wire, finish("length")), ["other", 96]],
    ["what has come of a broken one", (wire) => wire.reset(), ["doubtful", 1]],
  ];

  function closes(wire: Parameters<Manners>[0], end: string): void {
    wire.send(streamHead);
    for (const text of [token(piece), end + done]) wire.send(chunk(text));
    wire.send(lastChunk);
  }

  for (const [name, manners, told] of rows)
    test(name, async () => {
      const at = await ready(async (wire) => {
        if (told[0] === "doubtful") {
          wire.send(streamHead);
          wire.send(chunk(token(piece)));
          await Bun.sleep(50);
        }
        await manners(wire, { method: "", path: "", headers: new Map(), body: "", connection: 1 }, 1);
      }, pending);
      await ask([at.service]);
      expect(at.told).toEqual([told]);
    });
});
