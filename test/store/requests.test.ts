import { expect, test } from "bun:test";
import { ask, lastRequests, pauseOf, takeRequests } from "../../src/store/requests.ts";
import { endRun, startRun } from "../../src/store/runs.ts";
import { asker, newJournal, owner } from "../support/journal.ts";

const by = { askedBy: "the page", atMs: 5_000 };

test("a pause holds until it is taken back, whoever asked last", async () => {
  const { db, close } = await newJournal();
  expect(pauseOf(db)).toBeNull();
  ask(db, { action: "pause", ...by });
  ask(db, { action: "pause", askedBy: "another", atMs: 6_000 });
  expect(pauseOf(db)).toEqual({ sinceMs: 6_000, askedBy: "another" });
  ask(db, { action: "resume", ...by });
  expect(pauseOf(db)).toBeNull();
  close();
});

test("a journal that was made before there was a page knows of no pause", async () => {
  const { db, close } = await newJournal();
  db.run("DROP TABLE requests");
  expect(pauseOf(db)).toBeNull();
  close();
});

test("a stop is for the runs that it was asked of, each of which hears it once", async () => {
  const { db, runId, close } = await newJournal();
  const second = startRun(db, { owner, asker, model: "m", wallMs: 1_000 });
  const ended = startRun(db, { owner, asker, model: "m", wallMs: 1_000 });
  endRun(db, ended, "finished", "finished", 2_000);
  expect(ask(db, { action: "stop", ...by }, [runId, second])).toBe(2);
  expect(takeRequests(db, runId, 7_000)).toMatchObject([{ action: "stop", ...by }]);
  expect(takeRequests(db, runId, 8_000)).toEqual([]);
  expect(takeRequests(db, ended, 8_000)).toEqual([]);
  const later = startRun(db, { owner, asker, model: "m", wallMs: 9_000 });
  expect(takeRequests(db, later, 9_000)).toEqual([]);
  expect(takeRequests(db, second, 9_000)).toMatchObject([{ action: "stop" }]);
  expect(lastRequests(db, 1)).toMatchObject([{ action: "stop", askedBy: "the page", takenAtMs: 9_000 }]);
  close();
});
