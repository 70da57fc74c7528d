import { expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone } from "../support/alone.ts";
import { startTestPage } from "../support/page.ts";
import { startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";

const told = async (response: Response): Promise<readonly [number, unknown]> => [
  response.status,
  await response.json(),
];

test("a restart is refused where no run has a model server of ours, and no run hears of it", async () => {
  const server = await startModelServer({ latencyMs: 50 });
  const db = newTarget(rowsOf(80));
  const page = startTestPage(db);
  const run = startRun(db, server.url);
  while (enrichedIn(db) === 0) await Bun.sleep(5);
  expect(await (await page.get("/api/overview")).json()).toMatchObject({ can_restart: false });
  const refused = { error: "No run has a model server of ours that goes on, so nothing was restarted." };
  expect(await told(await page.act('{"action":"restart"}'))).toEqual([409, refused]);
  const { paths } = (await (await page.get("/api/openapi.json")).json()) as {
    paths: Record<string, { post?: { responses: object } }>;
  };
  expect(Object.keys(paths["/api/actions"]?.post?.responses ?? {})).toContain("409");
  expect(await told(await page.act('{"action":"stop"}'))).toMatchObject([200, { told: 1 }]);
  await run.result;
  server.stop();
  expect(run.events.filter(({ event }) => event === "run.asked")).toMatchObject([{ action: "stop" }]);
  const nobody = { told: 0, message: "No run goes on, so nobody was told." };
  expect(await told(await page.act('{"action":"restart"}'))).toMatchObject([200, nobody]);
  await page.stop();
});

test("nobody is told by a run that was killed, and what it had taken is pending again", async () => {
  const server = await startModelServer({ latencyMs: 100 });
  const db = newTarget([{ id: "once", content: `@@500*1 ${"A text of which the first question fails. ".repeat(3)}` }]);
  const box = alone();
  const flags = ["--db", db, "--url", server.url, "--retry-base", "1ms"];
  // One failure, and another try that it dies in.
  const first = box.start("run", ...flags);
  while (server.counts.questions < 2) await Bun.sleep(2);
  first.kill("SIGKILL");
  await first.exited;
  const countsOf = async () => JSON.parse((await box.run("stats", "--db", db, "--json")).out);
  expect((await countsOf()).counts).toMatchObject({ pending: 0, claimed: 0, waiting: 1 });

  const other = newTarget(rowsOf(60));
  const second = box.start("run", "--db", other, "--url", server.url, "--parallel", "4");
  while (enrichedIn(other) < 8) await Bun.sleep(2);
  const statsOf = async () => JSON.parse((await box.run("stats", "--db", other, "--json")).out);
  const alive = await statsOf();
  expect(alive.counts.claimed).toBeGreaterThan(0);
  second.kill("SIGKILL");
  await second.exited;
  server.stop();
  const { counts, latest_run, remaining } = await statsOf();
  expect(latest_run.state).toBe("crashed");
  expect(counts).toMatchObject({ claimed: 0, pending: remaining - counts.answered });
  const page = startTestPage(other);
  expect(await told(await page.act('{"action":"stop"}'))).toMatchObject([200, { told: 0 }]);
  await page.stop();
});
