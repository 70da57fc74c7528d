import { expect, test } from "bun:test";
import { headlineOf } from "../../src/page/headline.ts";
import { runNow } from "../../src/store/run-now.ts";
import { recordEvent } from "../../src/store/runs.ts";
import { newJournal } from "../support/journal.ts";

type Told = readonly [event: string, data: Readonly<Record<string, unknown>>];
const changed = (backend: string, to: string): Told => ["backend.changed", { backend, from: "closed", to, cause: "c" }];
const switched = (from: string, to: string): Told => ["backend.switched", { from, to }];
const server = (to: string): Told => ["supervisor.changed", { backend: "openai", from: "ready", to, cause: "" }];
const busy: Told = ["backend.overloaded", { backend: "openai", status: 429, detail: "too many" }];

const rows: readonly (readonly [what: string, told: readonly Told[], activity: string])[] = [
  ["nothing has happened", [], "working"],
  ["its breaker is open", [changed("openai", "open")], "waiting_for_model"],
  ["and closed again", [changed("openai", "open"), changed("openai", "closed")], "working"],
  ["another works meanwhile", [changed("openai", "open"), switched("openai", "lexical")], "working"],
  ["another works while ours starts", [server("starting"), switched("openai", "lexical")], "working"],
  ["a fallback that is not there is nobody's trouble", [changed("openai#2", "given-up")], "working"],
  ["the other one is down as well", [switched("openai", "lexical"), changed("lexical", "open")], "waiting_for_model"],
  ["it has too much to do", [busy], "waiting_for_model"],
  ["and no more", [busy, ["backend.relieved", { backend: "openai", waited_ms: 9 }]], "working"],
];

test("a model that is being downloaded is told as far as it is", async () => {
  const { db, runId } = await newJournal();
  const loading = { backend: "openai", detail: "Fetching 9 files 33 %" };
  for (const [event, data] of [server("starting"), ["supervisor.loading", loading]] as const)
    recordEvent(db, runId, 1_000, event, data);
  expect(headlineOf(runNow(db), true, null).why).toContain("it loads: Fetching 9 files 33 %");
  recordEvent(db, runId, 2_000, ...server("ready"));
  expect(headlineOf(runNow(db), true, null).activity).toBe("working");
});

test.each(rows)("%s", async (_, told, activity) => {
  const { db, runId } = await newJournal();
  for (const [event, data] of told) recordEvent(db, runId, 1_000, event, data);
  expect(headlineOf(runNow(db), true, null)).toMatchObject({ activity });
});
