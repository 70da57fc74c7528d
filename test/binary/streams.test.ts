import { expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone } from "../support/alone.ts";
import { newTarget, query, rowsOf, textOf } from "../support/target.ts";

// What is said on stderr while the run goes on: its start, chunks given up, each chunk with --verbose.
const talkative = [
  ...rowsOf(100),
  ...Array.from({ length: 5 }, (_, i) => ({ id: `bad-${i}`, content: `${textOf(1_000 + i)} @@poison` })),
];

for (const [name, closed, flags] of [
  ["stdout", ["stdout"], ["--json"]],
  ["stderr", ["stderr"], []],
  ["both", ["stdout", "stderr"], ["--json"]],
] as const)
  test(`the reader of ${name} goes away: the run goes on to its end`, async () => {
    const server = await startModelServer({ latencyMs: 5 });
    const db = newTarget(talkative);
    const child = alone().start("run", "--db", db, "--url", server.url, "--verbose", "--attempts", "1", ...flags);
    for (const stream of closed) await child[stream].cancel();
    const [code] = await Promise.all([
      child.exited,
      ...(["stdout", "stderr"] as const)
        .filter((stream) => !closed.some((one) => one === stream))
        .map((stream) => child[stream].text()),
    ]);
    server.stop();
    expect(code).toBe(3);
    expect(query(db, "SELECT count(*) AS n FROM chunks WHERE enriched_at IS NULL")).toEqual([{ n: 0 }]);
    // A bad one is asked about and sent back, and both once more before it is given up.
    const asked = [...server.asked].filter(([text]) => text.startsWith("Text number"));
    expect(asked.reduce((sum, [, times]) => sum + times, 0)).toBe(100 + 4 * 5);
  });

test("and a signal is heard when nobody reads", async () => {
  const server = await startModelServer({ latencyMs: 20 });
  const db = newTarget(rowsOf(500));
  const child = alone().start("run", "--db", db, "--url", server.url, "--verbose");
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  while (server.counts.answered < 5) await Bun.sleep(5);
  child.kill("SIGHUP");
  expect(await child.exited).toBe(143);
  server.stop();
  expect(query(db, "SELECT count(*) AS n FROM chunks WHERE summary IS NOT NULL")).toEqual([
    { n: server.counts.answered },
  ]);
});
