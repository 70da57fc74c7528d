import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone, ended } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";
import { newTarget, query, rowsOf, textOf } from "../support/target.ts";

const notes = `# Notes

## Locks
The writer holds the lock for 12 s, so every reader waits. We decided to retry whole transactions.

## Code
\`\`\`ts
export function openDatabase(path: string): Database {
  return new Database(path);
}
\`\`\`
`;
describe("the binary alone in an empty folder", () => {
  let box: Alone;
  beforeAll(() => {
    box = alone();
    writeFileSync(box.path("notes.md"), notes);
  });

  test("import, run, stats, export: each after the other, without a flag that names the database", async () => {
    const imported = await box.run("import", "notes.md");
    expect([imported.code, imported.out]).toEqual([0, ""]);
    expect(existsSync(box.path(".local/share/enrichd/enrichd.db"))).toBeTrue();

    const run = await box.run("run", "--backend", "lexical", "--json");
    expect(run.code).toBe(0);
    const events = jsonLines(run.out);
    expect(events[0]).toMatchObject({ v: 1, event: "run.started", backend: "lexical" });
    expect(events.at(-1)).toMatchObject({ event: "run.finished", exit_code: 0, reason: "finished", remaining: 0 });

    const stats = await box.run("stats", "--json");
    const { counts, total_chunks: total, enriched } = JSON.parse(stats.out);
    expect(enriched).toBeGreaterThanOrEqual(2);
    expect(Object.values<number>(counts).reduce((sum, n) => sum + n, 0)).toBe(total);
    expect((await box.run("stats")).out).toContain("100 %");

    const exported = jsonLines((await box.run("export")).out);
    expect(exported).toHaveLength(enriched);
    expect(exported.map(({ backend }) => backend)).toEqual(Array(enriched).fill("lexical"));
    expect(JSON.stringify(exported)).toContain("openDatabase");
  });

  test("run again: nothing is left, nothing is asked", async () => {
    const { out, code } = await box.run("run", "--backend", "lexical", "--json");
    expect(code).toBe(0);
    expect(jsonLines(out).map(({ event }) => event)).toEqual(["run.started", "run.finished"]);
  });

  test("demo: text, enrichments, statistics, and nothing left behind", async () => {
    const before = readdirSync(box.folder).sort();
    const { out, err, code } = await box.run("demo", "--backend", "lexical");
    expect(code).toBe(0);
    expect(out.match(/^ {2}importance \d/gm)).toHaveLength(4);
    expect(out).toContain("Latest run: finished");
    expect(err).toContain("temporary");
    expect(readdirSync(box.folder).sort()).toEqual(before);
  });
});

describe("against a server", () => {
  const run = async (box: Alone, db: string, url: string, ...more: string[]) =>
    box.run("run", "--db", db, "--url", url, "--json", ...more);

  test("stdout is NDJSON and nothing else, with every chunk in it", async () => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(25));
    const { out, err, code } = await run(alone(), db, server.url);
    server.stop();
    expect(code).toBe(0);
    const enriched = jsonLines(out).filter(({ event }) => event === "chunk.enriched");
    expect(enriched.map(({ id }) => id).toSorted()).toEqual(
      rowsOf(25)
        .map(({ id }) => id)
        .toSorted(),
    );
    for (const { at, v } of jsonLines(out)) expect([v, new Date(String(at)).toISOString()]).toEqual([1, String(at)]);
    expect(err).toContain("25 chunks enriched");
  });

  test("some given up: 3, and the reason is told", async () => {
    const server = await startModelServer();
    const db = newTarget([...rowsOf(3), { id: "bad", content: `${textOf(7)} @@poison` }]);
    const { code, err } = await run(alone(), db, server.url, "--attempts", "1");
    server.stop();
    expect(code).toBe(3);
    expect(err).toContain("chunk bad given up: unusable_reply");
  });

  test("Ctrl-C once: what is in flight is kept, 130; what was answered is in the database", async () => {
    const server = await startModelServer({ latencyMs: 150 });
    const db = newTarget(rowsOf(200));
    const child = alone().start("run", "--db", db, "--url", server.url, "--json");
    while (server.counts.answered < 3) await Bun.sleep(5);
    child.kill("SIGINT");
    const { code, out, err } = await ended(child);
    server.stop();
    expect(code).toBe(130);
    expect(err).toContain("SIGINT: no new questions");
    const last = jsonLines(out).at(-1);
    expect(last).toMatchObject({ event: "run.finished", exit_code: 130, reason: "stopped" });
    expect(query(db, "SELECT count(*) AS n FROM chunks WHERE enriched_at IS NOT NULL")).toEqual([
      { n: server.counts.answered },
    ]);
  });

  test("Ctrl-C twice: at once, though the server hangs; SIGTERM is told apart", async () => {
    const server = await startModelServer({ manner: "hang" });
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const child = alone().start("run", "--db", newTarget(rowsOf(3)), "--url", server.url);
      const asked = server.counts.questions;
      while (server.counts.questions === asked) await Bun.sleep(5);
      child.kill(signal);
      const reader = child.stderr.getReader();
      for (let said = ""; !said.includes("no new questions"); )
        said += new TextDecoder().decode((await reader.read()).value);
      const killedMs = performance.now();
      child.kill(signal);
      expect(await child.exited).toBe(code);
      expect(performance.now() - killedMs).toBeLessThan(1_500);
    }
    server.stop();
  });

  test("kill -9: the next run asks only what was in flight again", async () => {
    const server = await startModelServer({ latencyMs: 20 });
    const db = newTarget(rowsOf(80));
    const child = alone().start("run", "--db", db, "--url", server.url);
    while (server.counts.answered < 20) await Bun.sleep(2);
    child.kill("SIGKILL");
    await child.exited;
    const { code } = await run(alone(), db, server.url);
    server.stop();
    expect(code).toBe(0);
    expect(query(db, "SELECT count(*) AS n FROM chunks WHERE enriched_at IS NULL")).toEqual([{ n: 0 }]);
    expect(server.counts.questions).toBeLessThanOrEqual(80 + 4);
    expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  test("a reader that goes away is no error, and the run goes on to its end", async () => {
    const server = await startModelServer({ latencyMs: 5 });
    const db = newTarget(rowsOf(300));
    const child = alone().start("run", "--db", db, "--url", server.url, "--json", "--quiet");
    await child.stdout.cancel();
    expect([await child.exited, await child.stderr.text()]).toEqual([0, ""]);
    server.stop();
    expect(query(db, "SELECT count(*) AS n FROM chunks WHERE enriched_at IS NULL")).toEqual([{ n: 0 }]);
  });

  test("a dry run says how many, asks nothing, writes nothing", async () => {
    const server = await startModelServer();
    const db = newTarget([...rowsOf(12), { id: "short", content: "ok" }]);
    const { out, code } = await run(alone(), db, server.url, "--dry-run", "--max", "5");
    server.stop();
    expect(code).toBe(0);
    expect(jsonLines(out)).toMatchObject([{ event: "run.planned", chunks: 5 }]);
    expect(server.counts.questions).toBe(0);
    expect(existsSync(db.replace(/\.db$/, ".enrichd.db"))).toBeFalse();
  });
});
