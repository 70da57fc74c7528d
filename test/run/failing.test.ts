/** Whole runs against servers that die, are away, refuse, or answer nonsense: every chunk ends where it belongs. */

import { afterEach, describe, expect, test } from "bun:test";
import { systemClock, systemRandom } from "../../src/core/clock.ts";
import { readStats } from "../../src/run/read-stats.ts";
import { type DescribingServer, type Manner, startModelServer } from "../fixtures/describing-server.ts";
import { gatePolicy, named, startRun } from "../support/runner.ts";
import { newTarget, query, rowsOf, textOf } from "../support/target.ts";

const servers: DescribingServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

async function serve(options: Parameters<typeof startModelServer>[0] = {}): Promise<DescribingServer> {
  const server = await startModelServer(options);
  servers.push(server);
  return server;
}

const backoff = { baseMs: 20, maxMs: 200 };
const withManner = (count: number, manner: string, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ id: `${manner}-${i}`, content: `${textOf(from + i)} @@${manner}` }));
const journalOf = (db: string): string => db.replace(/\.db$/, ".enrichd.db");

/** How many contents are in each state, and of which kind their failures are. */
const statesIn = (db: string) =>
  Object.fromEntries(
    query<{ what: string; n: number }>(
      journalOf(db),
      "SELECT state || coalesce(' ' || kind, '') AS what, count(*) AS n FROM contents GROUP BY what",
    ).map(({ what, n }) => [what, n]),
  );
const answeredBy = (db: string, column = "backend") =>
  query<{ what: string; n: number }>(
    journalOf(db),
    `SELECT ${column} AS what, count(*) AS n FROM contents WHERE state = 'answered' GROUP BY what`,
  );

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}

describe("a text of which the server dies", () => {
  test("is asked alone after two crashes, given up with that reason, and nobody else pays", async () => {
    const server = await serve({ latencyMs: 30 });
    const db = newTarget([...rowsOf(30), ...withManner(1, "reset", 100)]);
    let aloneMax = 0;
    const run = startRun(db, server.url, { backoff });
    const text = `${textOf(100)} @@reset`;
    void until(() => (server.asked.get(text) ?? 0) >= 3).then(() => {
      aloneMax = server.counts.inFlight;
    });
    const { ending } = await run.result;
    expect(ending.reason).toBe("finished");
    expect(statesIn(db)).toEqual({ answered: 30, "quarantined crashed": 1 });
    expect([server.asked.get(text), aloneMax <= 1]).toEqual([3, true]);
    expect(named(run.events, "chunk.quarantined")).toMatchObject([{ id: "reset-0", kind: "crashed" }]);
  });

  test("one that was only in flight when it died is asked alone, answered, and kept", async () => {
    const server = await serve();
    const db = newTarget([...rowsOf(10), ...withManner(1, "reset*2", 100)]);
    await startRun(db, server.url, { backoff }).result;
    expect(statesIn(db)).toEqual({ answered: 11 });
  });
});

describe("a server that dies of every text", () => {
  test("gives up none of them: they are described when it has come to itself", async () => {
    const server = await serve();
    const db = newTarget(rowsOf(12));
    const breaker = { ...gatePolicy.breaker, openMs: 50, openMaxMs: 100 };
    const run = startRun(db, server.url, { backoff, gate: { ...gatePolicy, breaker } });
    await until(() => server.counts.answered >= 4);
    server.manner = "reset";
    await until(() => query(journalOf(db), "SELECT 1 FROM contents WHERE crashes >= 3").length > 0);
    server.manner = "well";
    expect((await run.result).ending.reason).toBe("finished");
    expect(statesIn(db)).toEqual({ answered: 12 });
  });

  test("the only text that is left is given up all the same, by the proof of a known one", async () => {
    const server = await serve();
    const db = newTarget(withManner(1, "reset"));
    const run = startRun(db, server.url, { backoff });
    expect((await run.result).ending.reason).toBe("finished");
    expect(statesIn(db)).toEqual({ "quarantined crashed": 1 });
  });
});

describe("a server that answers nonsense from now on", () => {
  test("is paused for, then given up; no chunk is blamed", async () => {
    const server = await serve();
    const db = newTarget(rowsOf(120));
    const run = startRun(db, server.url, { backoff });
    await until(() => server.counts.answered >= 20);
    server.manner = "poison";
    const { ending } = await run.result;
    expect(ending).toMatchObject({ reason: "gave_up", failure: { kind: "unusable_reply" } });
    const found = named(run.events, "backend.examined");
    expect(found.map(({ health, pause_ms }) => [health, pause_ms > 0])).toEqual([
      ["unwell", true],
      ["unwell", true],
      ["unwell", false],
    ]);
    const blamed = "SELECT count(*) AS n FROM contents WHERE attempts > 0";
    expect([statesIn(db)["quarantined unusable_reply"], query(journalOf(db), blamed)]).toEqual([undefined, [{ n: 0 }]]);
  });

  test("and is well again after the pause: all is described", async () => {
    const server = await serve();
    const db = newTarget(rowsOf(60));
    const run = startRun(db, server.url, { backoff });
    await until(() => server.counts.answered >= 8);
    server.manner = "poison";
    await until(() => named(run.events, "backend.examined").length > 0);
    server.manner = "well";
    expect((await run.result).ending.reason).toBe("finished");
    expect(statesIn(db)).toEqual({ answered: 60 });
  });

  test("many bad chunks on a good server are given up, all others described: the run is not wedged", async () => {
    const server = await serve();
    // The newest are asked about first.
    const db = newTarget([...rowsOf(20), ...withManner(40, "poison", 100)]);
    const run = startRun(db, server.url, { backoff });
    expect((await run.result).ending.reason).toBe("finished");
    expect(statesIn(db)).toEqual({ answered: 20, "quarantined unusable_reply": 40 });
    expect(named(run.events, "backend.examined")[0]).toMatchObject({ health: "well", kind: "unusable_reply" });
  });
});

test.each([["503"], ["429"]] satisfies [Manner][])(
  "a server that says %s to everything is not asked about every chunk",
  async (manner) => {
    const server = await serve({ manner });
    const db = newTarget(rowsOf(200));
    const gate = { ...gatePolicy, goneMs: 1_500 };
    const run = startRun(db, server.url, { backoff, gate });
    const { ending } = await run.result;
    expect(ending).toMatchObject({ reason: "gave_up", failure: { kind: "overloaded" } });
    expect(server.counts.questions).toBeLessThan(12);
    expect(query(journalOf(db), "SELECT count(*) AS n FROM contents WHERE attempts > 0")).toEqual([{ n: 0 }]);
  },
);

describe("two servers", () => {
  test("the second works while the first is gone, the first again when it is back, and each row says who answered", async () => {
    const first = await serve({ latencyMs: 20, model: "first" });
    const second = await serve({ latencyMs: 20, model: "second" });
    const db = newTarget(rowsOf(300));
    const run = startRun(db, [first.url, second.url], { backoff });
    await until(() => first.counts.answered >= 20);
    first.stop();
    await until(() => second.counts.answered >= 40);
    const again = await serve({ latencyMs: 20, model: "first", port: first.port });
    await until(() => again.counts.answered >= 40);
    expect((await run.result).ending.reason).toBe("finished");
    expect(statesIn(db)).toEqual({ answered: 300 });
    const counts = Object.fromEntries(answeredBy(db, "model").map(({ what, n }) => [what, n]));
    expect(counts["first"]).toBeGreaterThan(50);
    expect(counts["second"]).toBeGreaterThan(35);
    const told = named(run.events, "chunk.enriched").filter(({ model }) => model === "second").length;
    expect(told).toBe(counts["second"] ?? 0);
    expect(named(run.events, "backend.switched").map(({ to }) => to)).toEqual(["openai#2", "openai"]);
    const { backends } = await readStats({ paths: { db, journal: null }, clock: systemClock, random: systemRandom });
    expect(backends.map(({ name, state }) => [name, state])).toEqual([
      ["openai", "closed"],
      ["openai#2", "closed"],
    ]);
  });

  test("a first that is not there at the start costs a few questions", async () => {
    const [gone, second] = [await serve(), await serve()];
    gone.stop();
    const db = newTarget(rowsOf(50));
    const run = startRun(db, [gone.url, second.url], { backoff });
    expect((await run.result).ending.reason).toBe("finished");
    expect(statesIn(db)).toEqual({ answered: 50 });
    expect(named(run.events, "chunk.failed").length).toBeLessThanOrEqual(4);
  });

  test("a busy first is not called dead: its long answers are waited for, and nothing else is asked of it", async () => {
    const first = await serve({ latencyMs: 700, slots: 1 });
    const second = await serve();
    const db = newTarget(rowsOf(8));
    const run = startRun(db, [first.url, second.url], { parallel: 2 });
    expect((await run.result).ending.reason).toBe("finished");
    expect([first.counts.questions, second.counts.questions]).toEqual([8, 0]);
  });
});
