import { beforeEach, expect, test } from "bun:test";
import { pastOf, saveAnswer, saveFailure } from "../../src/store/answers.ts";
import { claim } from "../../src/store/claims.ts";
import { nextDue, settleDue } from "../../src/store/due.ts";
import {
  attemptsOf,
  contentOf,
  failedContents,
  failedKinds,
  failedMembers,
  membersOf,
} from "../../src/store/failures.ts";
import { hasten, requeue } from "../../src/store/retry.ts";
import { endRun } from "../../src/store/runs.ts";
import { answerFor, asker, attemptFor, newJournal } from "../support/journal.ts";

type Journal = Awaited<ReturnType<typeof newJournal>>;
let journal: Journal;
beforeEach(async () => {
  journal = await newJournal();
});

const failure = { kind: "unusable_reply", reason: "not_json", detail: "no JSON", raw: "I am sorry." } as const;
const inTurn = <T>(body: () => T): T => journal.db.transaction(body).immediate();

function fail(chunkIds: readonly string[], hash: string, retryAtMs: number | null, atMs = 2_000): void {
  const { db, runId } = journal;
  inTurn(() => {
    const candidates = chunkIds.map((chunkId) => ({ chunkId, hash }));
    claim(db, candidates, { runId, asker, questionsMax: 9, reopened: new Map() });
    const attempt = { ...attemptFor(runId, hash, atMs), failure, question: '[{"role":"user","content":"What?"}]' };
    saveFailure(db, [attempt], { blamed: true, retryAtMs });
  });
}

const settleAll = (): void =>
  inTurn(() => {
    for (const due of nextDue(journal.db, journal.runId, 100)) settleDue(journal.db, due, "applied");
  });

test("failures by kind, one by one, and the attempts with what was asked and answered", () => {
  const { db } = journal;
  fail(["a", "b"], "hash-1", null);
  fail(["c"], "hash-2", 9_000, 3_000);
  expect(failedKinds(db)).toEqual([{ kind: "unusable_reply", waiting: 1, quarantined: 2 }]);
  const page = (limit: number, offset: number) => failedMembers(db, null, limit, offset).map(({ chunkId }) => chunkId);
  expect([page(2, 0), page(2, 2), failedMembers(db, "timeout", 9, 0)]).toEqual([["c", "a"], ["b"], []]);
  expect(failedContents(db, "unusable_reply", "hash-1", 9).map(({ hash }) => hash)).toEqual(["hash-2"]);
  expect(attemptsOf(db, "hash-1", 9)).toMatchObject([
    { kind: "unusable_reply", detail: "no JSON", raw: "I am sorry.", promptVersion: "prompt-1", backend: "openai" },
  ]);
  expect(attemptsOf(db, "hash-1", 9)[0]?.question).toBe('[{"role":"user","content":"What?"}]');
});

test("failures are found by their index, without reading the answers", () => {
  const plan = journal.db
    .query<{ detail: string }, []>(
      "EXPLAIN QUERY PLAN SELECT hash FROM contents WHERE kind IS NOT NULL AND state = 'waiting'",
    )
    .all();
  expect(plan.map(({ detail }) => detail).join()).toContain("contents_failed");
});

test("put back: due at once, with all its tries, its attempts kept; a chunk that went its own way is out", () => {
  const { db } = journal;
  fail(["a", "b", "c"], "hash", null);
  settleAll();
  db.run("UPDATE contents SET crashes = 2");
  expect(inTurn(() => requeue(db, "hash", ["a", "b"], ["c"], 5_000))).toBeTrue();
  expect(pastOf(db, "hash")).toEqual({ attempts: 0, failures: 0, crashes: 0, failedAtMs: null });
  expect(contentOf(db, "hash")).toMatchObject({ state: "waiting", attempts: 0, retryAtMs: 5_000, kind: null });
  expect(membersOf(db, "hash").map(({ chunkId, state }) => [chunkId, state])).toEqual([
    ["a", "open"],
    ["b", "open"],
  ]);
  expect([attemptsOf(db, "hash", 9).length, failedKinds(db)]).toEqual([1, []]);
  expect(inTurn(() => requeue(db, "hash", ["a"], [], 6_000))).toBeFalse();
});

test("where all chunks went their own ways, nothing is left of it", () => {
  fail(["a"], "hash", null);
  settleAll();
  inTurn(() => requeue(journal.db, "hash", [], ["a"], 5_000));
  expect([contentOf(journal.db, "hash"), membersOf(journal.db, "hash")]).toEqual([null, []]);
});

test("a verdict that a run is just writing is left to it; one that an ended run has left behind is taken back", () => {
  const { db, runId } = journal;
  fail(["a"], "hash", null);
  expect(inTurn(() => requeue(db, "hash", ["a"], [], 5_000))).toBeFalse();
  expect(membersOf(db, "hash")).toMatchObject([{ state: "due" }]);
  inTurn(() => endRun(db, runId, "stopped", "stopped", 4_000));
  expect(inTurn(() => requeue(db, "hash", ["a"], [], 5_000))).toBeTrue();
  expect([membersOf(db, "hash"), nextDue(db, runId, 9)]).toMatchObject([[{ state: "open" }], []]);
});

test("what is waiting waits no longer; what was answered meanwhile stays", () => {
  const { db, runId } = journal;
  fail(["a"], "hash-1", 90_000);
  fail(["b"], "hash-2", 90_000);
  inTurn(() => saveAnswer(db, answerFor(runId, "hash-2")));
  expect(inTurn(() => [hasten(db, "hash-1", 5_000), hasten(db, "hash-2", 5_000)])).toEqual([true, false]);
  expect(contentOf(db, "hash-1")).toMatchObject({ state: "waiting", retryAtMs: 5_000, attempts: 0 });
  expect(contentOf(db, "hash-2")).toMatchObject({ state: "answered" });
});
