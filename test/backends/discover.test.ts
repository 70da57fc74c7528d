/** Which of the servers on this machine is taken for one that can describe text. */

import { afterEach, describe, expect, test } from "bun:test";
import { findServer, type Place, places } from "../../src/backends/discover.ts";
import { systemClock as clock } from "../../src/core/clock.ts";
import { modelServer } from "../fixtures/model-server.ts";
import { neverCancelled as signal } from "./asking.ts";

const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function web(answer: (request: Request) => Response | Promise<Response>, name = "a server"): Promise<Place> {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
  stops.push(() => server.stop(true));
  return { port: server.port ?? 0, name };
}

async function api(name: string): Promise<Place> {
  const server = await modelServer(() => {});
  stops.push(server.stop);
  return { port: server.port, name };
}

/** A port that was free a moment ago. */
async function nobody(): Promise<Place> {
  const server = await modelServer(() => {});
  server.stop();
  return { port: server.port, name: "nobody" };
}

const list = { object: "list", data: [{ id: "a-model", object: "model" }] };
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

const others: readonly (readonly [string, (request: Request) => Response | Promise<Response>])[] = [
  ["a page for every path", () => new Response("<h1>Welcome</h1>", { headers: { "content-type": "text/html" } })],
  ["404", () => new Response("not found", { status: 404 })],
  ["404 with a list", () => Response.json(list, { status: 404 })],
  ["JSON of something else", () => Response.json({ status: "ok", data: [] })],
  ["a list of something else", () => Response.json([1, 2])],
  ["nothing", () => new Response("")],
  ["503 of something else", () => Response.json({ error: "starting" }, { status: 503 })],
  ["silence", never],
  ["an endless body", endless],
];

describe("the server that is there", () => {
  test("an API is found, by its address and what is usually there", async () => {
    const place = await api("vLLM");
    const found = await findServer({ places: [place], clock, signal });
    expect(found).toEqual({ url: `http://127.0.0.1:${place.port}`, name: "vLLM" });
  });

  test("llama-server is found while it still loads its model", async () => {
    const loading = { error: { message: "Loading model", type: "unavailable_error", code: 503 } };
    const place = await web(() => Response.json(loading, { status: 503 }));
    expect(await findServer({ places: [place], clock, signal })).not.toBeNull();
  });

  test("mlx_lm.server is found where it has no list to give: the head of one, and then nothing", async () => {
    const place = await web(({ url }) =>
      url.endsWith("/health") ? Response.json({ status: "ok" }) : new Response(""),
    );
    expect(await findServer({ places: [place], clock, signal })).not.toBeNull();
  });

  test.each(others)("%s is not taken, and the next place is", async (...[, answer]) => {
    const other = await web(answer);
    expect(await findServer({ places: [other], clock, signal })).toBeNull();
    const next = await api("next");
    expect(await findServer({ places: [other, next], clock, signal })).toMatchObject({ name: "next" });
  });

  test("a redirect to an API is not followed", async () => {
    const { port } = await api("elsewhere");
    const place = await web(() => Response.redirect(`http://127.0.0.1:${port}/v1/models`));
    expect(await findServer({ places: [place], clock, signal })).toBeNull();
  });

  test("nothing listens", async () => {
    expect(await findServer({ places: [await nobody()], clock, signal })).toBeNull();
    expect(await findServer({ places: [], clock, signal })).toBeNull();
  });

  test("of two the first place is taken, however late it answers", async () => {
    const slow = await web(async () => {
      await clock.sleep(60);
      return Response.json(list);
    }, "slow");
    const quick = await api("quick");
    expect(await findServer({ places: [slow, quick], clock, signal })).toMatchObject({ name: "slow" });
    expect(await findServer({ places: [quick, slow], clock, signal })).toMatchObject({ name: "quick" });
  });

  test("places are looked at together: three that are silent cost no more than one", async () => {
    const silent = await Promise.all([web(never), web(never), web(never)]);
    const startMs = clock.nowMs();
    expect(await findServer({ places: silent, clock, signal })).toBeNull();
    expect(clock.nowMs() - startMs).toBeLessThan(800);
  });

  test("cancelled, it rejects with the reason, before and while it looks", async () => {
    const reason = new Error("no longer wanted");
    const silent = await web(never);
    await expect(findServer({ places: [silent], clock, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const finding = findServer({ places: [silent], clock, signal: controller.signal });
    controller.abort(reason);
    await expect(finding).rejects.toBe(reason);
  });

  test("the places are the ports that servers have by default, llama-server's first", () => {
    expect(places.map(({ port }) => port)).toEqual([8080, 1234, 8000]);
  });
});
