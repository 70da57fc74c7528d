import { expect, test } from "bun:test";
import { alone } from "../support/alone.ts";
import { startTestPage } from "../support/page.ts";
import { goneWithin, scene, supervise } from "../support/supervised.ts";
import { newTarget, rowsOf } from "../support/target.ts";

test("a page lists the servers that live, and what became of those of its own database's run", async () => {
  const box = alone();
  const at = scene(40, box);
  const register = box.path(".local/state/enrichd/servers.db");
  const pages = [at.db, newTarget(rowsOf(1))].map((db) => startTestPage(db, "127.0.0.1", null, register));
  const listed = (): Promise<{ pid: number | null; model: string }[][]> =>
    Promise.all(
      pages.map(async (page) => ((await (await page.get("/api/backends")).json()) as { servers: [] }).servers),
    );
  const run = supervise(at, "hang:3+deaf", { "--stall-timeout": "60s" });
  await run.when(({ event }) => event === "chunk.enriched");
  const living = [{ pid: expect.any(Number) }];
  expect(await listed()).toMatchObject([living, living]);
  run.child.kill("SIGINT");
  await Bun.sleep(100);
  run.child.kill("SIGINT");
  expect((await run.end).code).toBe(130);
  await goneWithin(
    at.starts().map(({ pid }) => pid),
    5_000,
  );
  // The guard of the server goes last.
  while ((await listed()).flat().some(({ pid }) => pid !== null)) await Bun.sleep(20);
  expect(await listed()).toMatchObject([[{ pid: null, model: "some/model" }], []]);
  for (const page of pages) await page.stop();
}, 60_000);
