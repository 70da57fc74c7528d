import { expect, test } from "bun:test";
import { saveAnswer } from "../../src/store/answers.ts";
import { claim } from "../../src/store/claims.ts";
import { adoptDue, countDue, nextDue, settleDue } from "../../src/store/due.ts";
import { endRun, reviveRun, startRun } from "../../src/store/runs.ts";
import { answerFor, asker, giveUpAll, newJournal, owner } from "../support/journal.ts";

const newRun = { owner, asker, model: "m", wallMs: 1_000 };
const claiming = (runId: number) => ({ runId, asker, questionsMax: 100, reopened: new Map() });

async function twoRuns() {
  const { db, runId: first } = await newJournal();
  const second = startRun(db, newRun);
  claim(db, [{ chunkId: "a", hash: "h1" }], claiming(first));
  claim(db, [{ chunkId: "b", hash: "h2" }], claiming(second));
  for (const [runId, hash] of [[first, "h1"] as const, [second, "h2"] as const]) saveAnswer(db, answerFor(runId, hash));
  return { db, first, second, idsOf: (runId: number) => nextDue(db, runId, 10).map(({ chunkId }) => chunkId) };
}

test("a run writes what it was answered, and leaves the other's to the other", async () => {
  const { first, second, idsOf } = await twoRuns();
  expect([idsOf(first), idsOf(second)]).toEqual([["a"], ["b"]]);
});

test("what comes later gets an answer that is there, written by the run that met it", async () => {
  const { db, first, second, idsOf } = await twoRuns();
  expect(claim(db, [{ chunkId: "c", hash: "h1" }], claiming(second)).questions).toEqual([]);
  expect([idsOf(first), idsOf(second).toSorted()]).toEqual([["a"], ["b", "c"]]);
});

test("a run that ends or is lost leaves its verdicts to the next that looks, once", async () => {
  const ends = {
    stopped: (db: Awaited<ReturnType<typeof twoRuns>>["db"], first: number) => endRun(db, first, "stopped", "", 2_000),
    lost: (db: Awaited<ReturnType<typeof twoRuns>>["db"]) => giveUpAll(db, 2_000),
  };
  for (const end of Object.values(ends)) {
    const { db, first, idsOf } = await twoRuns();
    expect(adoptDue(db, first)).toBe(0);
    end(db, first);
    const third = startRun(db, newRun);
    expect(adoptDue(db, third)).toBeGreaterThanOrEqual(1);
    expect([idsOf(first), adoptDue(db, startRun(db, newRun)), countDue(db, third) > 0]).toEqual([[], 0, true]);
    expect(idsOf(third)).toContain("a");
  }
});

test("one that is written twice counts once", async () => {
  const { db, first } = await twoRuns();
  const [due] = nextDue(db, first, 1);
  if (due === undefined) throw new Error("nothing is due");
  expect([settleDue(db, due, "applied"), settleDue(db, due, "taken")]).toEqual([true, false]);
});

test("an answer to what was given back meanwhile is kept, and goes to the next chunk with that text", async () => {
  const { db, runId } = await newJournal();
  claim(db, [{ chunkId: "a", hash: "h1" }], claiming(runId));
  expect(giveUpAll(db, 2_000)).toBe(1);
  const second = startRun(db, newRun);
  expect(saveAnswer(db, answerFor(runId, "h1"))).toBeTrue();
  expect(claim(db, [{ chunkId: "a", hash: "h1" }], claiming(second)).questions).toEqual([]);
  expect(nextDue(db, second, 10)).toMatchObject([{ chunkId: "a", verdict: { kind: "enriched" } }]);
});

test("a run that was taken for dead is running again before it writes, and can be given up anew", async () => {
  const { db, runId } = await newJournal();
  giveUpAll(db, 2_000);
  expect([reviveRun(db, runId, 500_000), reviveRun(db, runId, 500_000)]).toEqual([true, false]);
  claim(db, [{ chunkId: "a", hash: "h1" }], claiming(runId));
  expect(giveUpAll(db, 500_001)).toBe(1);
});
