import { beforeAll, expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";
import { newTarget, rowsOf, textOf } from "../support/target.ts";

let box: Alone;
beforeAll(() => {
  box = alone();
});

const poisoned = { id: "bad", content: `${textOf(7)} @@poison` };

test("a run, its summary and the statistics tell of the same tokens: failed questions cost as well", async () => {
  const server = await startModelServer();
  // A twin is asked about once.
  const db = newTarget([...rowsOf(5), { id: "twin", content: textOf(0) }, poisoned]);
  const run = await box.run("run", "--db", db, "--url", server.url, "--attempts", "1", "--json");
  const stats = await box.run("stats", "--db", db, "--json");
  server.stop();
  const [told, { latest_run: kept }] = [jsonLines(run.out).at(-1), JSON.parse(stats.out)];
  expect(kept.failed).toBeGreaterThan(0);
  for (const key of ["tokens_in", "tokens_out", "tokens_cached"]) expect([key, told?.[key]]).toEqual([key, kept[key]]);
  expect(run.err).toContain(`${kept.tokens_in.toLocaleString("en-US")} tokens in`);
});

test("the last failure of a chunk promises no other try", async () => {
  const server = await startModelServer();
  const flags = ["--url", server.url, "--attempts", "2", "--retry-base", "1ms", "--verbose"];
  const { err } = await box.run("run", "--db", newTarget([poisoned, ...rowsOf(3)]), ...flags);
  server.stop();
  expect(err).toMatch(/chunk bad failed: unusable_reply: .*, again at 20\d\d-/);
  expect(err).toMatch(/chunk bad failed: unusable_reply: .*, not tried again/);
  expect(err).not.toContain("null");
});

test.each([
  ["auto", "auto, up to 16 questions at a time", { parallel: 16, parallel_auto: true }],
  ["3", "(scripted), 3 questions at a time", { parallel: 3, parallel_auto: false }],
])("how many questions at a time with --parallel %s", async (parallel, said, event) => {
  const server = await startModelServer();
  const db = newTarget(rowsOf(1));
  const { out, err } = await box.run("run", "--db", db, "--url", server.url, "--parallel", parallel, "--json");
  server.stop();
  expect(err).toContain(said);
  expect(jsonLines(out)[0]).toMatchObject(event);
});
