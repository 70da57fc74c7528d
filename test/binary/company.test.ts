import { expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone, ended } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";
import { newTarget, query, rowsOf } from "../support/target.ts";
import { shown, startUser } from "../support/user.ts";

test("a run that ends while another one holds some texts says so", async () => {
  const [hanging, well] = [await startModelServer({ manner: "hang" }), await startModelServer()];
  const db = newTarget(rowsOf(5));
  const box = alone();
  const first = box.start("run", "--db", db, "--url", hanging.url);
  while (hanging.counts.questions === 0) await Bun.sleep(5);
  const { code, err } = await box.run("run", "--db", db, "--url", well.url);
  expect(code).toBe(0);
  expect(err).toContain("5 taken by another run");
  first.kill("SIGKILL");
  await first.exited;
  for (const server of [hanging, well]) server.stop();
});

// Without WAL each commit waits for the disk with the lock in its hand, so that fewer fit into a second.
const rows = [
  { mode: "wal", count: 600, latencyMs: 25, p99Ms: 250 },
  { mode: "delete", count: 160, latencyMs: 250, p99Ms: 1_000 },
] as const;

for (const { mode, count, latencyMs, p99Ms } of rows)
  test(`four runs and a user on one database: each chunk asked about once, nobody meets an error (${mode})`, async () => {
    const server = await startModelServer({ latencyMs });
    const db = newTarget(rowsOf(count), mode);
    const user = startUser(db, 5);
    const box = alone();
    const runs = Array.from({ length: 4 }, () => box.start("run", "--db", db, "--url", server.url, "--json"));
    const ends = await Promise.all(runs.map(ended));
    user.leave();
    const waited = await user.ended;
    server.stop();
    console.info(`beside four runs (${mode}): ${shown(waited)}`);
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    for (const { err } of ends) expect(err).not.toMatch(/error|fail|bug/i);
    expect([server.asked.size, server.counts.questions]).toEqual([count, count]);
    const enriched = ends.flatMap(({ out }) => jsonLines(out).filter(({ event }) => event.startsWith("chunk.")));
    expect(enriched.filter(({ event }) => event !== "chunk.enriched")).toEqual([]);
    expect(new Set(enriched.map(({ id }) => id)).size).toBe(count);
    expect(enriched).toHaveLength(count);
    expect(query(db, "SELECT count(*) AS n FROM chunks WHERE summary IS NOT NULL")).toEqual([{ n: count }]);
    expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(waited.writes).toBeGreaterThan(50);
    // What it is beside what it is alone is a benchmark; here nobody is kept out.
    expect(waited.p99Ms).toBeLessThan(p99Ms);
  });
