import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { ask } from "../../src/store/requests.ts";
import { path, scene, supervise } from "../support/supervised.ts";
import { enrichedIn } from "../support/target.ts";

test("a person asks another process for another model server: it is started anew, and every chunk is described", async () => {
  const at = scene(60);
  const run = supervise(at, "late:150*9");
  await run.when(({ event }) => event === "chunk.enriched");
  const journal = new Database(at.db.replace(/\.db$/, ".enrichd.db"));
  journal.run("PRAGMA busy_timeout = 5000");
  journal.transaction(() => ask(journal, { action: "restart", askedBy: "somebody", atMs: Date.now() })).immediate();
  journal.close();
  const { code } = await run.end;
  expect([code, enrichedIn(at.db)]).toEqual([0, 60]);
  expect(path(run.events).slice(0, 5)).toEqual(["starting", "ready", "stopping asked", "starting", "ready"]);
  expect(at.starts()).toHaveLength(2);
}, 60_000);
