import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { journalPath } from "../../src/store/journal.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone, type Ended } from "../support/alone.ts";
import { contentsOf } from "../support/contents.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";
import { until } from "./standing.ts";

let box: Alone;
beforeAll(() => {
  box = alone();
});

const run = (db: string, url: string, ...more: string[]): Promise<Ended> =>
  box.run("run", "--db", db, "--url", url, "--quiet", ...more);

function remove(journal: string): void {
  for (const ending of ["", "-wal", "-shm"]) rmSync(journal + ending, { force: true });
}

/** Enough answers for a file of many pages, so that a page in its middle is one that is read. */
const chunks = 120;
const half = 60;

/** A target of which half is done, and its journal, in one file as a run leaves it. */
async function halfDone() {
  const server = await startModelServer();
  const db = newTarget(rowsOf(chunks));
  expect((await run(db, server.url, "--max", `${half}`)).code).toBe(0);
  expect([enrichedIn(db), server.counts.questions]).toEqual([half, half]);
  return { db, journal: journalPath(db), server };
}

/** Nothing that was finished is asked for again, and all is done. */
async function doesTheRest(db: string, server: Awaited<ReturnType<typeof halfDone>>["server"]): Promise<void> {
  const { code, err } = await run(db, server.url);
  server.stop();
  expect([code, err, enrichedIn(db), server.counts.questions]).toEqual([0, "", chunks, chunks]);
}

describe("a journal that was lost while nothing ran costs no finished work", () => {
  const losses: readonly (readonly [how: string, lose: (journal: string) => void])[] = [
    ["deleted", remove],
    ["emptied", (journal) => truncateSync(journal, 0)],
  ];
  for (const [how, lose] of losses)
    test(how, async () => {
      const { db, journal, server } = await halfDone();
      lose(journal);
      await doesTheRest(db, server);
    });
});

describe("a journal that is damaged: said so, the database is left as it is, and without it the next run does the rest", () => {
  const damages: readonly (readonly [how: string, damage: (journal: string) => void])[] = [
    ["no database at all", (journal) => writeFileSync(journal, new Uint8Array(65_536).fill(0xa5))],
    ["cut in half", (journal) => truncateSync(journal, Math.floor(statSync(journal).size / 8_192) * 4_096)],
    ["garbage in its middle", (journal) => overwrite(journal, 0.1, 0.9)],
    ["garbage in all pages but the first", (journal) => overwrite(journal, 0, 1)],
  ];
  for (const [how, damage] of damages)
    test(how, async () => {
      const { db, journal, server } = await halfDone();
      damage(journal);
      const before = contentsOf(db);
      for (const args of [
        ["run", "--db", db, "--url", server.url],
        ["stats", "--db", db],
      ]) {
        const { code, err } = await box.run(...args);
        expect([code, err]).toEqual([65, expect.stringContaining("the journal is damaged")]);
        expect(err).toContain(`where: ${journal}`);
        expect(err).toContain("move it away");
      }
      expect(contentsOf(db)).toEqual(before);
      expect(server.counts.questions - half).toBeLessThanOrEqual(4);
      const asked = server.counts.questions;
      remove(journal);
      expect((await run(db, server.url)).code).toBe(0);
      server.stop();
      expect([enrichedIn(db), server.counts.questions - asked]).toEqual([chunks, chunks - half]);
    });

  function overwrite(journal: string, from: number, to: number): void {
    const db = new Database(journal);
    const pages = db.query<{ page_count: number }, []>("PRAGMA page_count").get()?.page_count ?? 0;
    db.close();
    const bytes = new Uint8Array(readFileSync(journal));
    bytes.fill(0xa5, 4_096 * Math.max(1, Math.floor(pages * from)), 4_096 * Math.ceil(pages * to));
    writeFileSync(journal, bytes);
  }
});

test("the journal of another database is refused, and left as it is", async () => {
  const { journal, server } = await halfDone();
  const other = newTarget(rowsOf(3).map((row) => ({ ...row, id: `other-${row.id}` })));
  copyFileSync(journal, journalPath(other));
  const [before, target] = [contentsOf(journalPath(other)), contentsOf(other)];
  const asked = server.counts.questions;
  const { code, err } = await run(other, server.url);
  server.stop();
  expect([code, err]).toEqual([78, expect.stringContaining("belongs to another database")]);
  expect([contentsOf(journalPath(other)), contentsOf(other)]).toEqual([before, target]);
  expect(server.counts.questions).toBe(asked);
});

for (const [what, take] of [
  ["deleted", remove],
  ["replaced by another", (journal: string) => renameSync(`${journal}.other`, journal)],
] as const)
  test(`a journal that is ${what} under a run: it ends and says so, and the next one does the rest`, async () => {
    const server = await startModelServer({ latencyMs: 10 });
    const db = newTarget(rowsOf(chunks));
    const journal = journalPath(db);
    const child = box.start("run", "--db", db, "--url", server.url, "--parallel", "4", "--quiet");
    await until(() => server.counts.answered >= 20);
    copyFileSync(journal, `${journal}.other`);
    take(journal);
    const [code, err] = await Promise.all([child.exited, child.stderr.text()]);
    expect([code, err]).toEqual([
      74,
      expect.stringContaining(`the journal was ${what === "deleted" ? "deleted" : "replaced"}`),
    ]);
    expect(existsSync(journal)).toBe(what !== "deleted");
    const written = enrichedIn(db);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(chunks);
    remove(journal);
    const asked = server.counts.questions;
    expect((await run(db, server.url)).code).toBe(0);
    server.stop();
    expect([enrichedIn(db), server.counts.questions - asked]).toEqual([chunks, chunks - written]);
  });
