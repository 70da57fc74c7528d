/** The openai backend keeps its connection as the suite says, and goes past the proxies of the environment. */

import { afterEach, expect, test } from "bun:test";
import { resolve } from "node:path";
import { openaiDialect } from "../fixtures/dialect.ts";
import { answerWith, type Manners, type ModelServer, modelServer } from "../fixtures/model-server.ts";
import { describeConnections } from "./connections.ts";

describeConnections(openaiDialect);

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
