import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createScrubber } from "../../src/privacy/scrubber.ts";
import { saveAnswer } from "../../src/store/answers.ts";
import { claim } from "../../src/store/claims.ts";
import { journalPath, openJournal } from "../../src/store/journal.ts";
import { ledgerOf, sharedTransactions } from "../../src/store/ledger.ts";
import { temporaryFolder } from "../support/folder.ts";
import { answerFor, asker, identity, journalFile, newJournal, waiting } from "../support/journal.ts";

test("a journal lies beside its database, under a name that shows whose it is", () => {
  expect(journalPath("/a/notes.db")).toBe("/a/notes.enrichd.db");
  expect(journalPath("/a/notes.sqlite3")).toBe("/a/notes.enrichd.db");
  expect(journalPath("/a/notes")).toBe("/a/notes.enrichd.db");
});

const refusals = (path: string, other = identity) => openJournal(path, other, waiting).catch((error) => error);

describe("whose journal it is", () => {
  const rows = [
    ["the same", identity, true],
    ["moved to another place", { ...identity, path: "/else/where.db" }, true],
    ["restored from a copy: another file under the same path", { ...identity, file: "9:9" }, true],
    ["emptied, and filled anew", { ...identity, firstChunk: "other" }, true],
    ["another database", { path: "/else/where.db", file: "9:9", uuid: null, firstChunk: "other" }, false],
    ["another of our own", { path: "/else/where.db", file: "9:9", uuid: "u2", firstChunk: null }, false],
  ] as const;
  for (const [name, other, opens] of rows)
    test(`${name}: ${opens ? "opened" : "refused"}`, async () => {
      const path = journalFile();
      const first = { ...identity, uuid: "u1" };
      (await openJournal(path, first, waiting)).close();
      const outcome = await refusals(path, other);
      if (opens) outcome.close();
      else
        expect(outcome).toMatchObject({ kind: "config", where: path, message: expect.stringContaining(identity.path) });
    });
});

test("a journal of a newer version is refused with a hint, and left as it is", async () => {
  const path = journalFile();
  const made = await openJournal(path, identity, waiting);
  made.db.run("PRAGMA user_version = 99");
  made.close();
  const refused = await refusals(path);
  expect(refused).toMatchObject({ kind: "config", message: expect.stringContaining("version 99") });
  const db = new Database(path);
  expect(db.query("PRAGMA user_version").get()).toEqual({ user_version: 99 });
  db.close();
});

test("a database that is none of ours is refused, and left as it is", async () => {
  const path = journalFile();
  const db = new Database(path);
  db.run("CREATE TABLE notes (a)");
  db.close();
  expect(await refusals(path)).toMatchObject({ kind: "config", where: path });
  const again = new Database(path);
  expect(again.query("SELECT name FROM sqlite_master").all()).toEqual([{ name: "notes" }]);
  again.close();
});

test("opened twice at once, both have it, with one schema", async () => {
  const path = journalFile();
  const [a, b] = await Promise.all([openJournal(path, identity, waiting), openJournal(path, identity, waiting)]);
  expect(a.db.query("SELECT count(*) AS n FROM contents").get()).toEqual({ n: 0 });
  a.close();
  b.close();
});

test("one that may not be written is told as such, and left as it is", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "read-only.enrichd.db");
  (await openJournal(path, identity, waiting)).close();
  chmodSync(path, 0o444);
  chmodSync(folder, 0o555);
  const before = readFileSync(path);
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../fixtures/journal-as-other.ts"), path], {
    stderr: "inherit",
  });
  expect(JSON.parse(await child.stdout.text())).toMatchObject({ kind: "permission", where: path });
  expect(readFileSync(path).equals(before)).toBeTrue();
  chmodSync(folder, 0o755);
});

test("an answer in it that cannot be read any more is damage, and no bug", async () => {
  const journal = await newJournal();
  const { db, path, runId } = journal;
  claim(db, [{ chunkId: "a", hash: "h" }], { runId, asker, questionsMax: 1, reopened: new Map() });
  saveAnswer(db, answerFor(runId, "h"));
  db.run("UPDATE contents SET enrichment = substr(enrichment, 5)");
  const ledger = ledgerOf(journal, { runId, write: sharedTransactions(journal, waiting), scrubber: createScrubber() });
  const outcome = await Promise.try(() => ledger.nextDue(1)).catch((error) => error);
  expect(outcome).toMatchObject({ kind: "bad_input", where: path, message: expect.stringContaining("is damaged") });
});
