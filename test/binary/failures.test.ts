import { beforeAll, describe, expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone, ended } from "../support/alone.ts";
import { holdLock } from "../support/locker.ts";
import { newTarget, query, rowsOf, textOf } from "../support/target.ts";

let box: Alone;
beforeAll(() => {
  box = alone();
});

const markedIn = (db: string): number =>
  query<{ n: number }>(db, "SELECT count(*) AS n FROM chunks WHERE enriched_at = 'skipped:failed'")[0]?.n ?? 0;

test("a poisoned chunk: given up, listed, shown with its reply, put back, described; the counts add up", async () => {
  const server = await startModelServer();
  // Of the first run: the question, the one more that shows what is wrong, and both again before the text is given up.
  const db = newTarget([...rowsOf(5), { id: "bad", content: `${textOf(70)} @@poison*4` }]);
  const run = () => box.run("run", "--db", db, "--url", server.url, "--attempts", "1");
  const json = async (...args: string[]) => JSON.parse((await box.run("failures", ...args, "--db", db, "--json")).out);
  expect((await run()).code).toBe(3);

  const listed = await box.run("failures", "--db", db);
  expect([listed.code, listed.err]).toEqual([0, ""]);
  expect(listed.out).toMatch(/unusable_reply +0 +1 {2}latest: bad/);
  expect(await json()).toMatchObject({
    ...{ schema: "enrichd.failures/1", db, snapshot: false, total: 1, next_offset: null },
    kinds: [{ kind: "unusable_reply", waiting: 0, quarantined: 1, latest: { id: "bad" } }],
    chunks: [{ id: "bad", state: "quarantined", kind: "unusable_reply", attempts: 1, retry_at: null }],
  });

  const shown = await box.run("failures", "show", "ba", "--db", db);
  expect(shown.out).toContain("    I am sorry, I cannot describe that.");
  expect(shown.out).toContain("@@poison*4");
  const { attempts, ...failure } = await json("show", "bad");
  expect(failure).toMatchObject({ schema: "enrichd.failure/1", id: "bad", state: "quarantined", changed: false });
  expect(attempts).toHaveLength(4);
  expect(attempts[3]).toMatchObject({
    ...{ backend: "openai", model: "scripted", kind: "unusable_reply", raw: "I am sorry, I cannot describe that." },
    question: [{ role: "user" }, { role: "assistant" }, { role: "user" }],
  });

  const back = await box.run("failures", "retry", "--all", "--db", db, "--json");
  expect([back.code, back.err]).toEqual([0, "1 chunk put back as pending\nNext: enrichd run\n"]);
  expect(JSON.parse(back.out)).toMatchObject({ schema: "enrichd.retry/1", db, retried: 1, stopped: false });
  expect((await run()).code).toBe(0);
  server.stop();
  const { counts, total_chunks: total } = JSON.parse((await box.run("stats", "--db", db, "--json")).out);
  expect([counts.enriched, total, counts.quarantined]).toEqual([6, 6, 0]);
  expect((await box.run("failures", "list", "--db", db)).out).toContain("No chunk has failed");
  // What was said then can still be looked at.
  expect((await json("show", "bad")).attempts).toHaveLength(4);
});

/** Texts that were asked about in vain, and then once more; other questions are of a look at the server. */
const askedOnceMore = ({ asked }: Awaited<ReturnType<typeof startModelServer>>): number =>
  [...asked].filter(([text, times]) => text.includes("@@poison") && times === 5).length;

describe("many", () => {
  const count = 150;
  async function manyFailed(): Promise<{ db: string; server: Awaited<ReturnType<typeof startModelServer>> }> {
    const server = await startModelServer();
    const db = newTarget(
      Array.from({ length: count }, (_, i) => ({ id: `bad-${i}`, content: `${textOf(i)} @@poison*4` })),
    );
    // Where nearly all fail, a run doubts the server, and blames no chunk: not before there were more than these.
    const args = ["--parallel", "16", "--attempts", "1", "--fail-window", "1000"];
    expect((await box.run("run", "--db", db, "--url", server.url, ...args)).code).toBe(3);
    expect(markedIn(db)).toBe(count);
    return { db, server };
  }

  test("kill -9 in the middle of a retry: the next one does the rest, and each is asked about once", async () => {
    const { db, server } = await manyFailed();
    const child = box.start("failures", "retry", "--all", "--db", db);
    while (markedIn(db) === count) await Bun.sleep(1);
    child.kill("SIGKILL");
    await child.exited;
    const left = markedIn(db);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(count);
    const { code, out } = await box.run("failures", "retry", "--all", "--db", db, "--json");
    const { retried } = JSON.parse(out);
    expect([code, markedIn(db)]).toEqual([0, 0]);
    // Those of the last transaction before the kill may be among them again.
    expect(retried).toBeGreaterThanOrEqual(left);
    expect((await box.run("run", "--db", db, "--url", server.url, "--parallel", "16")).code).toBe(0);
    server.stop();
    expect(askedOnceMore(server)).toBe(count);
    const { counts } = JSON.parse((await box.run("stats", "--db", db, "--json")).out);
    expect([counts.enriched, counts.quarantined]).toEqual([count, 0]);
    expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  test("beside a run that watches, and another retry: all are described, each once", async () => {
    const { db, server } = await manyFailed();
    const watching = box.start("run", "--watch", "--db", db, "--url", server.url, "--parallel", "8", "--json");
    const retries = [1, 2].map(() => box.start("failures", "retry", "--all", "--db", db, "--json"));
    const ends = await Promise.all(retries.map(ended));
    for (const { code, err } of ends) expect([code, err]).toEqual([0, expect.stringContaining("put back as pending")]);
    while (query<{ n: number }>(db, "SELECT count(summary) AS n FROM chunks")[0]?.n !== count) await Bun.sleep(20);
    watching.kill("SIGINT");
    expect((await ended(watching)).code).toBe(130);
    server.stop();
    expect(askedOnceMore(server)).toBe(count);
    const { counts } = JSON.parse((await box.run("stats", "--db", db, "--json")).out);
    expect([counts.enriched, counts.waiting, counts.quarantined]).toEqual([count, 0, 0]);
  });
});

test("under a lock: listed and shown all the same; a retry waits, then ends with 75 and has changed nothing", async () => {
  const db = newTarget([{ id: "bad", content: textOf(1) }], "delete");
  query(db, "UPDATE chunks SET enriched_at = 'skipped:failed'");
  const held = await holdLock(db, "EXCLUSIVE");
  expect(await box.run("failures", "--db", db)).toMatchObject({ code: 0, out: expect.stringContaining("elsewhere") });
  expect((await box.run("failures", "show", "bad", "--db", db)).code).toBe(0);
  const waited = await box.run("failures", "retry", "bad", "--db", db, "--lock-timeout", "1s");
  expect([waited.code, waited.out]).toEqual([75, ""]);
  await held.release();
  expect(markedIn(db)).toBe(1);
  expect((await box.run("failures", "retry", "bad", "--db", db)).code).toBe(0);
  expect(markedIn(db)).toBe(0);
});

test("what cannot be meant is refused with what could be", async () => {
  const db = newTarget([
    { id: "chunk-1", content: textOf(1) },
    { id: "chunk-2", content: textOf(2) },
  ]);
  query(db, "UPDATE chunks SET enriched_at = 'skipped:failed'");
  const rows: readonly (readonly [string[], number, string])[] = [
    [["retry"], 2, "nothing to retry is named"],
    [["retry", "--all", "chunk-1"], 2, "more than one way"],
    [["retry", "--kind", "timeuot"], 2, "did you mean timeout?"],
    [["show"], 2, "no chunk is named"],
    [["show", "chunk-1", "chunk-2"], 2, 'unexpected argument "chunk-2"'],
    [["show", "chnuk-1"], 66, "did you mean chunk-1?"],
    [["show", "chunk"], 66, "give more of it: chunk-1, chunk-2"],
    [["retry", "chunk-1", "absent"], 66, 'there is no chunk "absent"'],
    [["retyr", "--all"], 2, "did you mean `enrichd failures retry`?"],
  ];
  for (const [args, code, says] of rows) {
    const { out, err, code: given } = await box.run("failures", ...args, "--db", db);
    expect([args, out, given, err]).toEqual([args, "", code, expect.stringContaining(says)]);
  }
  expect(markedIn(db)).toBe(2);
  expect((await box.run("failures", "--help")).out).toContain("list|show|retry");
  expect((await box.run("failures", "retry", "--help")).out).toContain("--kind");
  expect((await box.run("failures", "--db", db, "--limit", "1", "--json")).out).toContain('"next_offset":1');
});
