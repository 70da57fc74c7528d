import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import fc from "fast-check";
import { systemClock } from "../../src/core/clock.ts";
import type { Failure } from "../../src/core/failure.ts";
import { readStats } from "../../src/run/read-stats.ts";
import type { Stats } from "../../src/run/stats.ts";
import { saveAnswer, saveFailure } from "../../src/store/answers.ts";
import { claim } from "../../src/store/claims.ts";
import { contentHash } from "../../src/store/content.ts";
import { journalPath, openJournal } from "../../src/store/journal.ts";
import { startRun } from "../../src/store/runs.ts";
import { answerFor, asker, failedFor, identity, owner, waiting } from "../support/journal.ts";
import { holdLock } from "../support/locker.ts";
import { newTarget, query, type Row, rowsOf, textOf } from "../support/target.ts";

const read = (db: string): Promise<Stats> =>
  readStats({ paths: { db, journal: null }, clock: systemClock, random: Math.random });

const failure: Failure = { kind: "timeout", phase: "total", afterMs: 5, detail: "no answer in 5 ms" };
type Fate = "pending" | "claimed" | "answered" | "waiting" | "quarantined";

/** Takes rows into the journal as a run would, each as far as its fate says. */
async function journalFor(db: string, fates: readonly (readonly [id: string, content: string, fate: Fate])[]) {
  const { dev, ino } = statSync(db, { bigint: true });
  const journal = await openJournal(journalPath(db), { ...identity, path: db, file: `${dev}:${ino}` }, waiting);
  journal.db
    .transaction(() => {
      const runId = startRun(journal.db, { owner, asker, model: "m", wallMs: Date.now() });
      for (const [chunkId, content, fate] of fates) {
        const hash = contentHash(content);
        if (fate === "pending") continue;
        claim(journal.db, [{ chunkId, hash }], { runId, asker, questionsMax: 1, reopened: new Map() });
        if (fate === "answered") saveAnswer(journal.db, answerFor(runId, hash));
        const retryAtMs = fate === "waiting" ? 9e12 : null;
        if (fate === "waiting" || fate === "quarantined")
          saveFailure(journal.db, [failedFor(runId, hash, failure)], { blamed: true, retryAtMs });
      }
    })
    .immediate();
  journal.close();
}

const total = (counts: object): number => Object.values(counts).reduce((sum, n) => sum + Number(n), 0);

test("each chunk is counted once, where it is: in the target, or on its way through the journal", async () => {
  const rows: Row[] = [
    ...rowsOf(6),
    { id: "short", content: "ok" },
    { id: "listing", content: textOf(9), contentType: "file_read" },
  ];
  const db = newTarget(rows);
  query(
    db,
    "UPDATE chunks SET enriched_at = '2026-01-01T00:00:00+00:00', summary = 's', intent = 'debugging' WHERE id = 'chunk-5'",
  );
  await journalFor(db, [
    ["chunk-0", textOf(0), "claimed"],
    ["chunk-1", textOf(1), "answered"],
    ["chunk-2", textOf(2), "waiting"],
    ["chunk-3", textOf(3), "quarantined"],
    // Its owner has described it since: the target has the last word.
    ["chunk-5", textOf(5), "answered"],
  ]);
  const stats = await read(db);
  expect(stats.counts).toEqual({
    ...{ enriched: 1, too_short: 1, not_wanted: 1, archived: 0, pending: 1 },
    ...{ claimed: 1, answered: 1, waiting: 1, quarantined: 1 },
  });
  expect(stats).toMatchObject({ total_chunks: 8, enrichable: 6, enriched: 1, skipped: 3, remaining: 4, percent: 16.7 });
  expect(stats.by_failure).toEqual({ timeout: { waiting: 1, quarantined: 1 } });
  expect(stats.latest_run).toMatchObject({ state: "running", enriched: 2, failed: 2, p50_ms: 13, cached_share: 0.9 });
  expect(stats.backends).toMatchObject([{ name: "openai", state: "closed", last_failure: { kind: "timeout" } }]);
});

test("the counts add up to the total, whatever the journal says", async () => {
  const fate = fc.constantFrom<Fate>("pending", "claimed", "answered", "waiting", "quarantined");
  const row = fc.record({
    fate,
    isEnriched: fc.boolean(),
    isShort: fc.boolean(),
    type: fc.constantFrom("assistant_text", "file_read"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (made) => {
      const content = (i: number): string => (made[i]?.isShort ? `s${i}` : textOf(i));
      const db = newTarget(made.map(({ type }, i) => ({ id: `chunk-${i}`, content: content(i), contentType: type })));
      for (const [i, { isEnriched }] of made.entries())
        if (isEnriched) query(db, `UPDATE chunks SET enriched_at = '2026-01-01' WHERE id = 'chunk-${i}'`);
      await journalFor(
        db,
        made.map(({ fate }, i) => [`chunk-${i}`, content(i), fate] as const),
      );
      const stats = await read(db);
      expect(total(stats.counts)).toBe(made.length);
      expect(stats.enriched + stats.skipped + stats.remaining).toBe(made.length);
      for (const count of Object.values(stats.counts)) expect(count).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 60 },
  );
});

test("a database under an exclusive lock is read as its file stands, and says so", async () => {
  const db = newTarget(rowsOf(3), "delete");
  const lock = await holdLock(db);
  const stats = await read(db);
  await lock.release();
  expect(stats).toMatchObject({ snapshot: true, total_chunks: 3, remaining: 3, latest_run: null });
});

test("a journal of another database is refused: its numbers would be wrong", async () => {
  const db = newTarget(rowsOf(1));
  const other = { path: "/else.db", file: "0:0", uuid: null, firstChunk: "none" };
  (await openJournal(journalPath(db), other, waiting)).close();
  expect(await read(db).catch((error) => error)).toMatchObject({ kind: "config" });
});

test("reading makes no file and changes none", async () => {
  const db = newTarget(rowsOf(1), "delete");
  const before = Bun.hash(await Bun.file(db).bytes());
  await read(db);
  expect(Bun.hash(await Bun.file(db).bytes())).toBe(before);
  expect(await Bun.file(journalPath(db)).exists()).toBeFalse();
});
