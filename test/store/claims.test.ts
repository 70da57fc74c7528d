import { describe, expect, test } from "bun:test";
import type { Failure } from "../../src/core/failure.ts";
import { forgive, pastOf, saveAnswer, saveFailure } from "../../src/store/answers.ts";
import { type Claiming, claim, claimRetry, countOpen, releaseClaims, waitingForRetry } from "../../src/store/claims.ts";
import { nextDue, settleDue } from "../../src/store/due.ts";
import { openMembers } from "../../src/store/history.ts";
import { recoverRuns, renewLease, runningRuns, startRun } from "../../src/store/runs.ts";
import { answerFor, asker, enrichment, failedFor, giveUpAll, newJournal, owner } from "../support/journal.ts";

const failure: Failure = { kind: "timeout", phase: "total", afterMs: 5, detail: "no answer in 5 ms" };
const candidate = (chunkId: string, hash: string) => ({ chunkId, hash });
const claiming = (runId: number, more: Partial<Claiming> = {}): Claiming => ({
  ...{ runId, asker, questionsMax: 100, reopened: new Map() },
  ...more,
});
const ids = (claimed: readonly { chunkId: string }[]) => claimed.map(({ chunkId }) => chunkId);

test("a text is asked about once, and each chunk with it gets the answer", async () => {
  const { db, runId } = await newJournal();
  const taken = claim(db, [candidate("a", "h1"), candidate("b", "h1"), candidate("c", "h2")], claiming(runId));
  expect(ids(taken.questions)).toEqual(["a", "c"]);
  expect(taken.used).toBe(3);
  expect(saveAnswer(db, answerFor(runId, "h1"))).toBeTrue();
  const due = nextDue(db, runId, 10);
  expect(due.map(({ chunkId, twin }) => [chunkId, twin])).toEqual([
    ["a", false],
    ["b", true],
  ]);
  expect(due[0]?.verdict).toMatchObject({ kind: "enriched", enrichment, promptVersion: "prompt-1" });
  // One that comes later gets it too, but only from the same backend, model and prompt.
  expect(claim(db, [candidate("d", "h1")], claiming(runId)).questions).toEqual([]);
  for (const one of nextDue(db, runId, 10)) settleDue(db, one, "applied");
  const other = { ...asker, model: "model-b" };
  expect(ids(claim(db, [candidate("e", "h1")], claiming(runId, { asker: other })).questions)).toEqual(["e"]);
});

test("two runs never ask about the same text", async () => {
  const { db, runId } = await newJournal();
  const second = startRun(db, { owner, asker, model: "m", wallMs: 1_000 });
  expect(ids(claim(db, [candidate("a", "h1")], claiming(runId)).questions)).toEqual(["a"]);
  expect(claim(db, [candidate("a", "h1"), candidate("b", "h1")], claiming(second)).questions).toEqual([]);
  saveFailure(db, [failedFor(runId, "h1", failure)], { blamed: false, retryAtMs: 1 });
  expect([claimRetry(db, "h1", second), claimRetry(db, "h1", runId)]).toEqual([true, false]);
});

test("no more is claimed than was asked for, and the rest is left for the next call", async () => {
  const { db, runId } = await newJournal();
  const many = Array.from({ length: 5 }, (_, i) => candidate(`c${i}`, `h${i}`));
  expect(claim(db, many, claiming(runId, { questionsMax: 2 }))).toMatchObject({ used: 2 });
});

describe("failures", () => {
  test("wait for their retry, count when blamed, and quarantine is due in the target", async () => {
    const { db, runId } = await newJournal();
    claim(db, [candidate("a", "h1")], claiming(runId));
    saveFailure(db, [failedFor(runId, "h1", failure, 5_000)], { blamed: false, retryAtMs: 7_000 });
    expect(pastOf(db, "h1")).toEqual({ attempts: 0, failures: 1, crashes: 0, failedAtMs: 5_000 });
    expect(waitingForRetry(db, 10, 5_000)).toEqual([{ hash: "h1", chunkId: "a", retryAtMs: 7_000 }]);
    // The clock was set back by hours: it is not waited for until the time comes again.
    expect(waitingForRetry(db, 10, 1_000)).toEqual([{ hash: "h1", chunkId: "a", retryAtMs: 1_000 }]);
    claimRetry(db, "h1", runId);
    expect(countOpen(db, runId)).toEqual({ waiting: 0, elsewhere: 0 });
    expect(countOpen(db, runId + 1).elsewhere).toBeGreaterThan(0);
    saveFailure(db, [failedFor(runId, "h1", failure, 8_000)], { blamed: true, retryAtMs: null });
    expect(pastOf(db, "h1")).toMatchObject({ attempts: 1, failures: 2 });
    expect(nextDue(db, runId, 10)).toMatchObject([
      { chunkId: "a", verdict: { kind: "failed" }, failure: { kind: "timeout" } },
    ]);
  });

  test("a server that goes away is counted for the text it had; a refused connection is not", async () => {
    const { db, runId } = await newJournal();
    claim(db, [candidate("a", "h1")], claiming(runId));
    const crashesAfter = (reason: "reset" | "refused"): number => {
      const failure: Failure = { kind: "unreachable", reason, detail: "gone" };
      saveFailure(db, [failedFor(runId, "h1", failure)], { blamed: false, retryAtMs: 1 });
      claimRetry(db, "h1", runId);
      return pastOf(db, "h1").crashes;
    };
    expect([crashesAfter("reset"), crashesAfter("refused"), crashesAfter("reset")]).toEqual([1, 1, 2]);
  });

  test("what was blamed wrongly is forgiven, where it was blamed at all and is not given up", async () => {
    const { db, runId } = await newJournal();
    const hashes = ["blamed", "free", "given-up"];
    claim(
      db,
      hashes.map((hash) => candidate(`of-${hash}`, hash)),
      claiming(runId),
    );
    saveFailure(db, [failedFor(runId, "blamed", failure)], { blamed: true, retryAtMs: 9_000 });
    saveFailure(db, [failedFor(runId, "free", failure)], { blamed: false, retryAtMs: 9_000 });
    saveFailure(db, [failedFor(runId, "given-up", failure)], { blamed: true, retryAtMs: null });
    forgive(db, hashes);
    expect(hashes.map((hash) => pastOf(db, hash).attempts)).toEqual([0, 0, 1]);
  });

  test("an answer that comes after its claim was taken over is kept all the same", async () => {
    const { db, runId } = await newJournal();
    claim(db, [candidate("a", "h1")], claiming(runId));
    saveFailure(db, [failedFor(runId, "h1", failure)], { blamed: false, retryAtMs: 9_000 });
    expect(saveAnswer(db, answerFor(runId, "h1"))).toBeTrue();
    expect(saveAnswer(db, answerFor(runId, "h1"))).toBeFalse();
    expect(nextDue(db, runId, 10)).toHaveLength(1);
  });
});

describe("claims given back", () => {
  test("what was not asked about vanishes; what has failed waits on, due at once", async () => {
    const { db, runId } = await newJournal();
    claim(db, [candidate("a", "h1"), candidate("b", "h2")], claiming(runId));
    saveFailure(db, [failedFor(runId, "h2", failure)], { blamed: true, retryAtMs: 3_000 });
    claimRetry(db, "h2", runId);
    expect(releaseClaims(db, runId, 4_000)).toBe(2);
    expect([...openMembers(db)]).toEqual([{ chunkId: "b", hash: "h2", state: "waiting" }]);
    expect(pastOf(db, "h2").attempts).toBe(1);
  });

  test("of a run that is lost; not of one that has renewed its lease since it was looked at", async () => {
    const { db, runId } = await newJournal();
    claim(db, [candidate("a", "h1")], claiming(runId));
    const seen = runningRuns(db).map((run) => ({ ...run, reason: "its process is gone" }));
    renewLease(db, runId, 50_000);
    expect(recoverRuns(db, seen, 50_001)).toBe(0);
    expect(giveUpAll(db, 60_000)).toBe(1);
    expect(db.query("SELECT state, reason, ended_at_ms FROM runs").values()).toEqual([["crashed", "lost", 50_000]]);
    const second = startRun(db, { owner, asker, model: "m", wallMs: 60_000 });
    expect(ids(claim(db, [candidate("a", "h1")], claiming(second)).questions)).toEqual(["a"]);
  });
});

describe("a chunk that was done and is open again", () => {
  async function done(backend: string) {
    const journal = await newJournal();
    claim(journal.db, [candidate("a", "h1")], claiming(journal.runId));
    saveAnswer(journal.db, { ...answerFor(journal.runId, "h1"), answeredBy: backend });
    for (const due of nextDue(journal.db, journal.runId, 10)) settleDue(journal.db, due, "applied");
    return journal;
  }

  test("is looked at again first: the page may be older than the answer", async () => {
    const { db, runId } = await done("openai");
    const taken = claim(db, [candidate("a", "h1")], claiming(runId));
    expect(taken).toMatchObject({ questions: [], recheck: [{ chunkId: "a" }] });
  });

  const rows = [
    ["reset by its owner: asked again", "openai", "reset", 1],
    ["described by lexical only, and upgraded: asked again", "lexical", "upgrade", 1],
    ["described by the one that would be asked: left", "openai", "upgrade", 0],
  ] as const;
  for (const [name, backend, why, questions] of rows)
    test(name, async () => {
      const { db, runId } = await done(backend);
      const taken = claim(db, [candidate("a", "h1")], claiming(runId, { reopened: new Map([["a", why]]) }));
      expect(taken.questions).toHaveLength(questions);
    });

  test("given up by the model before: an upgrade leaves it, so that no run asks for ever", async () => {
    const { db, runId } = await done("lexical");
    const reopened = new Map([["a", "upgrade"]] as const);
    claim(db, [candidate("a", "h1")], claiming(runId, { reopened }));
    saveFailure(db, [failedFor(runId, "h1", failure)], { blamed: true, retryAtMs: null });
    for (const due of nextDue(db, runId, 10)) settleDue(db, due, "applied");
    expect(claim(db, [candidate("a", "h1")], claiming(runId, { reopened })).questions).toEqual([]);
  });
});

test("a verdict that the target did not take is forgotten, so that changed text is asked about anew", async () => {
  const { db, runId } = await newJournal();
  claim(db, [candidate("a", "h1")], claiming(runId));
  saveAnswer(db, answerFor(runId, "h1"));
  for (const due of nextDue(db, runId, 10)) settleDue(db, due, "changed");
  expect(ids(claim(db, [candidate("a", "h2")], claiming(runId)).questions)).toEqual(["a"]);
});
