import { beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";
import { readSchema, schemaCheck } from "../support/json-schema.ts";
import { newTarget, rowsOf } from "../support/target.ts";

const checkStats = schemaCheck("stats");
const checkBy = schemaCheck("stats-by");
const checkEvent = schemaCheck("run-event");

describe("what the binary prints is what the schemas say", () => {
  let box: Alone;
  let db: string;
  let events: unknown[];
  beforeAll(async () => {
    box = alone();
    const server = await startModelServer();
    const text = (manner: string): string =>
      `@@${manner} A text that is long enough to be asked about, and then some more.`;
    const odd = ["poison", "500*1", "429*1", "reset*1", "413"].map((manner) => ({ id: manner, content: text(manner) }));
    db = newTarget([...odd, ...rowsOf(12), { id: "short", content: "too short" }]);
    const { out } = await box.run(
      "run",
      "--db",
      db,
      "--url",
      server.url,
      "--json",
      "--attempts",
      "1",
      "--retry-base",
      "1ms",
    );
    events = jsonLines(out);
    server.stop();
  });

  test("every event of a run in which much goes wrong", () => {
    expect(events.map(checkEvent).filter((fault) => fault !== null)).toEqual([]);
    const names = new Set(events.map((event) => (event as { event: string }).event));
    for (const name of [
      "run.started",
      "chunk.enriched",
      "chunk.failed",
      "chunk.quarantined",
      "chunk.skipped",
      "run.finished",
    ])
      expect([...names]).toContain(name);
  });

  test("a dry run", async () => {
    const { out } = await box.run("run", "--db", db, "--backend", "lexical", "--json", "--dry-run");
    expect(jsonLines(out).map(checkEvent)).toEqual([null]);
  });

  test("the statistics, before any run and after one", async () => {
    for (const path of [newTarget(rowsOf(2)), db]) {
      const { out } = await box.run("stats", "--db", path, "--json");
      expect(jsonLines(out).map(checkStats)).toEqual([null]);
    }
  });

  test.each(["project", "intent", "backend", "failure", "day"])("the statistics by %s", async (by) => {
    const { out } = await box.run("stats", "--db", db, "--by", by, "--json");
    expect(jsonLines(out).map(checkBy)).toEqual([null]);
  });
});

test("every event that there is has its schema, and no other", () => {
  const source = readFileSync(resolve(import.meta.dir, "../../src/core/event.ts"), "utf8");
  const told = [...source.matchAll(/event: "([a-z.]+)"/g)].map((match) => match[1] ?? "");
  const known = (readSchema("run-event")["oneOf"] as { properties: { event: { const: string } } }[]).map(
    ({ properties }) => properties.event.const,
  );
  expect(known.toSorted()).toEqual(told.toSorted());
});

test("a key that is missing, strange or of another type is noticed", () => {
  const event = { v: 1, at: "2026-11-25T22:00:00.000Z", event: "chunk.skipped", id: "a", reason: "gone" };
  expect(checkEvent(event)).toBeNull();
  for (const changed of [
    { ...event, more: 1 },
    { ...event, id: 7 },
    { ...event, at: "now" },
    { ...event, reason: "" },
  ])
    expect(checkEvent(changed)).not.toBeNull();
});
