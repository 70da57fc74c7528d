import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import type { QualityMode } from "../../src/core/choices.ts";
import type { Enrichment } from "../../src/core/enrichment.ts";
import { journalPath } from "../../src/store/journal.ts";
import { answerWith, type Manners, modelServer } from "../fixtures/model-server.ts";
import { enrichment } from "../support/journal.ts";
import { named, startRun } from "../support/runner.ts";
import { newTarget, query, type Row, rowsOf } from "../support/target.ts";

const good = { ...enrichment, summary: "The pool waits for the lock.", tags: ["lock", "pool"], primary_symbols: [] };
const filler = { ...good, summary: "This chunk describes a pool that waits for a lock." };
const parroted = {
  ...good,
  summary: "One to three sentences that say the substance itself: what was done, found, decided or explained.",
};

/** A server that gives one answer to the first question about a chunk, and another when it is sent back. */
async function runOn(
  rows: number | readonly Row[],
  first: Partial<Enrichment>,
  second: object | string,
  quality: QualityMode,
) {
  const manners: Manners = (wire, { body }) => {
    const isRepair = body.includes("That cannot be used");
    const said = isRepair ? second : first;
    answerWith(wire, typeof said === "string" ? said : JSON.stringify(said));
  };
  const server = await modelServer(manners);
  const db = newTarget(typeof rows === "number" ? rowsOf(rows) : rows);
  const { result, events } = startRun(db, server.url, { quality, parallel: 1, attemptsMax: 1 });
  const { progress } = await result;
  server.stop();
  const posts = server.calls.filter(({ method }) => method === "POST").map(({ body }) => body);
  const journal = journalPath(db);
  const rules = query(journal, "SELECT rule, sent_back, mended, marked, failed FROM quality ORDER BY rule");
  const marks = query<{ marks: string | null }>(journal, "SELECT marks FROM contents ORDER BY hash");
  return { db, events, progress, posts, rules, marks: marks.map((row) => row.marks) };
}

const counts = (sent_back: number, mended: number, marked: number, failed: number) => ({
  sent_back,
  mended,
  marked,
  failed,
});

describe("an answer worth little", () => {
  test("is sent back once with the reason, and the better one is taken", async () => {
    const { posts, marks, rules, events } = await runOn(1, filler, good, "mark");
    expect(posts).toHaveLength(2);
    expect(posts[1]).toContain('\\"summary\\" begins with \\"this chunk\\"; begin with the substance itself');
    expect(marks).toEqual([null]);
    expect(rules).toEqual([{ rule: "filler", ...counts(1, 1, 0, 0) }]);
    expect(named(events, "chunk.enriched").map((event) => event.marks)).toEqual([[]]);
  });

  test("is kept with a mark when it is no better", async () => {
    const { posts, marks, rules, events, db } = await runOn(1, filler, filler, "mark");
    expect(posts).toHaveLength(2);
    expect(marks).toEqual(['["filler"]']);
    expect(rules).toEqual([{ rule: "filler", ...counts(1, 0, 1, 0) }]);
    expect(named(events, "chunk.enriched").map((event) => event.marks)).toEqual([["filler"]]);
    expect(query(db, "SELECT summary FROM chunks")).toEqual([{ summary: filler.summary }]);
  });

  test("is kept with its mark when the second try brings nothing", async () => {
    const { marks, rules } = await runOn(1, filler, "I would rather not.", "mark");
    expect(marks).toEqual(['["filler"]']);
    expect(rules).toEqual([{ rule: "filler", ...counts(1, 0, 1, 0) }]);
  });

  test("is given up when it is our own instructions twice", async () => {
    const { progress, rules, events, db } = await runOn(1, parroted, parroted, "mark");
    expect(progress).toMatchObject({ enriched: 0, quarantined: 1 });
    expect(rules).toEqual([{ rule: "instructions_copied", ...counts(1, 0, 0, 1) }]);
    expect(named(events, "chunk.failed")).toMatchObject([{ kind: "unusable_reply" }]);
    expect(query(journalPath(db), "SELECT count(*) AS n FROM attempts WHERE kind = 'unusable_reply'")).toEqual([
      { n: 4 },
    ]);
  });

  test("is given up by --quality strict, and taken as it is by off", async () => {
    const strict = await runOn(1, filler, filler, "strict");
    expect(strict.progress).toMatchObject({ enriched: 0, quarantined: 1 });
    expect(strict.rules).toEqual([{ rule: "filler", ...counts(1, 0, 0, 1) }]);
    const off = await runOn(1, parroted, good, "off");
    expect([off.posts.length, off.rules, off.progress.enriched]).toEqual([1, [], 1]);
  });

  test("another fault in the second answer is marked as well, and the first one counts as mended", async () => {
    const { rules, marks } = await runOn(1, filler, { ...good, tags: ["text", "code"] }, "mark");
    expect(marks).toEqual(['["tags_generic"]']);
    expect(rules).toEqual([
      { rule: "filler", ...counts(1, 1, 0, 0) },
      { rule: "tags_generic", ...counts(0, 0, 1, 0) },
    ]);
  });
});

test("symbols that do not occur are left out, without a question where one is right", async () => {
  const { posts, db, rules } = await runOn(1, { ...good, primary_symbols: ["lock", "useState"] }, good, "mark");
  expect([posts.length, rules]).toEqual([1, []]);
  expect(query(db, "SELECT primary_symbols AS symbols FROM chunks")).toEqual([{ symbols: '["lock"]' }]);
  const invented = { ...good, primary_symbols: ["useState"] };
  const second = await runOn(1, invented, invented, "mark");
  expect(second.marks).toEqual(['["symbols_invented"]']);
  expect(query(second.db, "SELECT primary_symbols AS symbols FROM chunks")).toEqual([{ symbols: "[]" }]);
});

test("one importance for everything is marked, and asked about again once in a while only", async () => {
  const { posts, marks, rules, progress } = await runOn(60, good, good, "strict");
  expect(progress).toMatchObject({ enriched: 60, quarantined: 0 });
  // The 25th answer, and 25 answers after it the next.
  expect(posts).toHaveLength(62);
  expect(marks.filter((mark) => mark !== null)).toHaveLength(36);
  expect(rules).toEqual([{ rule: "importance_constant", ...counts(2, 0, 36, 0) }]);
});

const secrets = {
  plain: "ghp_abcdefghij0123456789abcdefghij012345",
  /** In lower case, as a tag is, it is known by nothing. */
  aws: "AKIAQWERTYUIOP234567",
  /** Whole only after what stands between is tidied away. */
  split: "sk-a\u0001nt-api03-abcdefghijklmnop0123456789",
};
const joined = secrets.split.replace("\u0001", "");

/** All that is written: the files, and what has not been moved from their logs yet. */
function bytesOf(...paths: string[]): string {
  const files = paths.flatMap((path) => [path, `${path}-wal`]).filter((path) => existsSync(path));
  return files.map((path) => readFileSync(path, "latin1")).join("\n");
}

describe("a secret that a model echoes", () => {
  const leaking = {
    ...good,
    summary: `The key ${secrets.plain} of the pool was in the lock file.`,
    tags: [secrets.aws, "lock"],
    primary_symbols: [],
    key_facts: [`It is ${secrets.split}.`, 'password = "hunter2xyz9"'],
    resolved_queries: [`${"Why? ".repeat(97)}${secrets.plain}`],
  };
  const found = (bytes: string): string[] =>
    [secrets.plain, secrets.plain.slice(0, 20), secrets.aws.toLowerCase(), joined, "hunter2xyz9"].filter((secret) =>
      bytes.toLowerCase().includes(secret.toLowerCase()),
    );

  test("is in no byte of the database and the journal, and is counted", async () => {
    const { db } = await runOn(2, leaking, leaking, "mark");
    expect(found(bytesOf(db, journalPath(db)))).toEqual([]);
    const [row] = query<Record<string, string>>(db, "SELECT summary, tags FROM chunks");
    expect(row).toEqual({
      summary: "The key [redacted:github] of the pool was in the lock file.",
      tags: '["[redacted:aws]","lock"]',
    });
    const kinds = query<{ kind: string }>(journalPath(db), "SELECT kind FROM scrubbed WHERE secrets > 0");
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(["anthropic", "assignment", "aws", "github"]);
  });

  test("nor where the gate is off, nor in what is kept of a reply that was given up", async () => {
    const off = await runOn(1, leaking, leaking, "off");
    expect(found(bytesOf(off.db, journalPath(off.db)))).toEqual([]);
    const prose = await runOn(1, {}, `I found ${secrets.plain} and ${secrets.aws} and ${joined}.`, "mark");
    expect(prose.progress.quarantined).toBe(1);
    expect(found(bytesOf(prose.db, journalPath(prose.db)))).toEqual([]);
  });

  test("nor in the journal where it stands in the chunk, and the question is kept with its failure", async () => {
    const content = `The deploy key was ${secrets.plain}, and it must be "turned" off: password = "hunter2xyz9".`;
    const { db, progress } = await runOn([{ id: "a", content }], {}, "I would rather not.", "mark");
    expect(progress.quarantined).toBe(1);
    expect(found(bytesOf(journalPath(db)))).toEqual([]);
    const [attempt] = query<{ question: string }>(journalPath(db), "SELECT question FROM attempts");
    expect(JSON.stringify(JSON.parse(attempt?.question ?? ""))).toContain("deploy key was [redacted:github]");
  });
});
