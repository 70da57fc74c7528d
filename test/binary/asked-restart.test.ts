import { expect, test } from "bun:test";
import { startTestPage } from "../support/page.ts";
import { path, scene, supervise } from "../support/supervised.ts";
import { enrichedIn } from "../support/target.ts";

test("a person asks another process for another model server: it is started anew, and every chunk is described", async () => {
  const at = scene(60);
  const run = supervise(at, "late:150*9", { "--parallel": "16" });
  await run.when(({ event }) => event === "chunk.enriched");
  const page = startTestPage(at.db);
  const response = await page.act('{"action":"restart"}');
  expect([response.status, await response.json()]).toMatchObject([200, { told: 1 }]);
  await page.stop();
  const { code } = await run.end;
  expect([code, enrichedIn(at.db)]).toEqual([0, 60]);
  expect(path(run.events).slice(0, 5)).toEqual(["starting", "ready", "stopping asked", "starting", "ready"]);
  expect(at.starts()).toHaveLength(2);
  // What was in flight is asked again, and nobody calls that a failure.
  expect(run.events.filter(({ event }) => event === "chunk.failed" || event === "backend.changed")).toEqual([]);
}, 60_000);
