/** `--backend mlx --url`: a server of somebody else's is used and never ended; where nobody listens ours is started. */

import { afterEach, expect, test } from "bun:test";
import { freePort } from "../../src/backends/port.ts";
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { goneWithin, path, run, scene, supervise } from "../support/supervised.ts";
import { enrichedIn } from "../support/target.ts";

const servers: DescribingServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});
const named = (at: ReturnType<typeof scene>, url: string): string[] => [
  ...["--backend", "mlx", "--mlx-command", at.command("well"), "--url", url, "--model", "some/model"],
];

test("a server that runs there answers; none is started, and it lives on", async () => {
  const server = await startModelServer();
  servers.push(server);
  const at = scene(8);
  const running = run(at.box, at.db, named(at, server.url));
  expect((await running.end).code).toBe(0);
  expect([enrichedIn(at.db), at.starts(), path(running.events)]).toEqual([8, [], []]);
  expect(server.counts.answered).toBe(8);
  expect((await fetch(`${server.url}/health`)).ok).toBeTrue();
});

test("where nobody listens, ours is started there, also for a second run, and ends", async () => {
  const port = await freePort(null);
  const at = scene(60);
  const url = `http://127.0.0.1:${port}`;
  const first = supervise(at, "late:100", { "--url": url });
  await first.when(({ event }) => event === "chunk.enriched");
  const other = scene(60, at.box);
  const second = supervise(other, "late:100", { "--url": url });
  expect([(await first.end).code, (await second.end).code]).toEqual([0, 0]);
  await goneWithin(
    at.starts().map(({ pid }) => pid),
    5_000,
  );
  expect(at.starts().map((start) => start.port)).toEqual([port]);
  expect(path(second.events).slice(0, 2)).toEqual(["starting", "ready"]);
});

test("a server on another machine is refused, and nothing is started here", async () => {
  const at = scene(2);
  const { code, err } = await run(at.box, at.db, named(at, "http://192.0.2.1:8080")).end;
  expect([code, err.includes("not on this machine"), at.starts()]).toEqual([78, true, []]);
});

test("nothing to start it with: 69, and what would install it", async () => {
  const at = scene(2);
  const { code, err } = await run(at.box, at.db, ["--backend", "mlx", "--model", "some/model"]).end;
  expect([code, err.includes("uv tool install mlx-lm")]).toEqual([69, true]);
});
