import { expect, test } from "bun:test";
import { existsSync, renameSync, rmSync } from "node:fs";
import { answerWith, modelServer } from "../fixtures/model-server.ts";
import { answer, askedOf, startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, query, rowsOf, textOf } from "../support/target.ts";

const remove = (db: string): void => {
  for (const ending of ["", "-wal", "-shm", "-journal"]) rmSync(`${db}${ending}`, { force: true });
};

for (const mode of ["wal", "delete"] as const) {
  test(`replaced by its copy in ${mode} mode: a problem; the copy gets every answer from the next run`, async () => {
    const db = newTarget(rowsOf(60), mode);
    const server = await modelServer(async (wire, _, number) => {
      if (number === 20) {
        query(db, `VACUUM INTO '${db}.copy'`);
        remove(db);
        renameSync(`${db}.copy`, db);
      }
      await Bun.sleep(2);
      answer(wire);
    });
    const error = await startRun(db, server.url).result.catch((error) => error);
    expect(error).toMatchObject({ kind: "io", where: db, message: expect.stringContaining("replaced") });
    expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    const writtenBefore = enrichedIn(db);
    expect(writtenBefore).toBeLessThan(20);
    const { progress } = await startRun(db, server.url).result;
    server.stop();
    expect(progress.enriched).toBe(60 - writtenBefore);
    expect(enrichedIn(db)).toBe(60);
    // Only what was in flight when the first run ended is asked about again.
    expect(askedOf(server.calls).length).toBeLessThanOrEqual(60 + 4);
  });

  test(`deleted in ${mode} mode: a problem, nothing made in its place, and what comes back gets the answers`, async () => {
    const db = newTarget(rowsOf(60), mode);
    const server = await modelServer(async (wire, _, number) => {
      if (number === 20) {
        query(db, `VACUUM INTO '${db}.kept'`);
        remove(db);
      }
      await Bun.sleep(2);
      answer(wire);
    });
    const error = await startRun(db, server.url).result.catch((error) => error);
    expect(error).toMatchObject({ kind: "io", where: db, message: expect.stringContaining("deleted") });
    expect(["", "-wal", "-shm", "-journal"].filter((ending) => existsSync(`${db}${ending}`))).toEqual([]);
    renameSync(`${db}.kept`, db);
    await startRun(db, server.url).result;
    server.stop();
    expect(enrichedIn(db)).toBe(60);
    expect(askedOf(server.calls).length).toBeLessThanOrEqual(60 + 4);
  });
}

test("migrated while the run goes on: from then on written by the rules of the new columns", async () => {
  const shorts = Array.from({ length: 10 }, (_, i) => ({ id: `short-${i}`, content: `ok ${i}` }));
  const db = newTarget([...shorts, ...rowsOf(300)]);
  const server = await modelServer((wire, { body }, number) => {
    if (number === 3) {
      query(db, "ALTER TABLE chunks ADD COLUMN enrich_status TEXT");
      query(db, "ALTER TABLE chunks ADD COLUMN enrichment_backend TEXT");
      query(db, "CREATE INDEX idx_chunks_status ON chunks (enrich_status)");
      query(db, "DROP INDEX idx_chunks_enriched");
      // As BrainLayer does it: what was written by the old rules is carried over.
      query(db, "UPDATE chunks SET enrich_status = 'success' WHERE summary IS NOT NULL");
      // Described meanwhile by another, who keeps only the status.
      query(db, "UPDATE chunks SET enrich_status = 'success' WHERE id = 'chunk-0'");
    }
    if (body.includes(textOf(1))) answerWith(wire, "I would rather not.");
    else answer(wire);
  });
  const { result } = startRun(db, server.url, { withContext: false, attemptsMax: 1 });
  const { progress } = await result;
  server.stop();
  expect(progress).toMatchObject({ enriched: 298, quarantined: 1, too_short: 10 });
  const sql = `SELECT coalesce(enrich_status, 'none') AS status, enriched_at GLOB '20*' AS at,
    enrichment_backend IS NOT NULL AS backend, summary IS NOT NULL AS described, count(*) AS n
    FROM chunks GROUP BY 1, 2, 3, 4`;
  const groups = query<{ status: string; at: number | null; n: number }>(db, sql);
  expect(groups.filter(({ status }) => status === "too_short")).toMatchObject([{ at: null, n: 10 }]);
  expect(groups.filter(({ status }) => status === "failed")).toMatchObject([{ at: null, n: 1 }]);
  expect(groups.filter(({ status }) => status === "none")).toEqual([]);
  expect(query(db, "SELECT id FROM chunks WHERE enriched_at GLOB 'skipped:*'")).toEqual([]);
  expect(query(db, "SELECT id FROM chunks WHERE enrich_status = 'success' AND summary IS NULL")).toEqual([
    { id: "chunk-0" },
  ]);
  expect(askedOf(server.calls)).not.toContain(0);
});

test("a migration that takes the table's needed columns away: a problem, and the answers stay in the journal", async () => {
  const db = newTarget(rowsOf(30));
  const server = await modelServer((wire, _, number) => {
    if (number === 10) query(db, "ALTER TABLE chunks RENAME COLUMN enriched_at TO described_at");
    answer(wire);
  });
  const error = await startRun(db, server.url).result.catch((error) => error);
  expect(error).toMatchObject({ kind: "bad_input", message: expect.stringContaining("enriched_at") });
  query(db, "ALTER TABLE chunks RENAME COLUMN described_at TO enriched_at");
  await startRun(db, server.url).result;
  server.stop();
  expect(enrichedIn(db)).toBe(30);
  expect(askedOf(server.calls).length).toBeLessThanOrEqual(30 + 4);
});
