import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";
import { schemaCheck } from "../support/json-schema.ts";
import { newTarget, rowsOf } from "../support/target.ts";

const place = ".local/state/enrichd/enrichd.log";
const secret = {
  id: "odd",
  content: "@@poison A text with the word marmalade in it, which the server repeats in what it says.",
};

test("a run keeps its events in a log, each as it is printed, and no text of a chunk", async () => {
  const server = await startModelServer();
  const box = alone();
  const { code } = await box.run(
    "run",
    "--db",
    newTarget([...rowsOf(5), secret]),
    "--url",
    server.url,
    "--attempts",
    "1",
  );
  expect(code).toBe(3);
  const text = readFileSync(box.path(place), "utf8");
  const lines = jsonLines(text);
  expect([lines[0].event, lines.at(-1).event]).toEqual(["run.started", "run.finished"]);
  const check = schemaCheck("run-event");
  for (const { pid, ...event } of lines) {
    expect(pid).toBePositive();
    expect(
      check("detail" in event || !event.event.match(/failed|quarantined/) ? event : { ...event, detail: "" }),
    ).toBeNull();
  }
  expect(text).not.toContain("marmalade");
  expect(text).not.toContain("Text number");
  server.stop();
}, 60_000);

test("none where none is wanted, and elsewhere where that is said", async () => {
  const box = alone();
  const db = newTarget(rowsOf(2));
  await box.run("run", "--db", db, "--backend", "lexical", "--log", "none");
  expect(existsSync(box.path(place))).toBeFalse();
  await box.run("run", "--db", db, "--backend", "lexical", "--log", box.path("events.ndjson"));
  expect(readFileSync(box.path("events.ndjson"), "utf8")).toContain('"run.finished"');
  const { code, err } = await box.run("run", "--db", db, "--backend", "lexical", "--log", box.folder);
  expect([code, err]).toEqual([0, expect.stringContaining("events are not kept in")]);
}, 60_000);
