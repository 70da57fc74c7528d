/** `--fallback` on the compiled binary: what answers when the first is not there, and what is refused. */

import { describe, expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { modelServer } from "../fixtures/model-server.ts";
import { alone } from "../support/alone.ts";
import { newTarget, query, rowsOf } from "../support/target.ts";

const answeredBy = (db: string) =>
  query<{ backend: string; n: number }>(
    db.replace(/\.db$/, ".enrichd.db"),
    "SELECT backend, count(*) AS n FROM contents WHERE state = 'answered' GROUP BY backend ORDER BY backend",
  );

/** An address where nothing listens. */
async function nobody(): Promise<string> {
  const server = await modelServer(() => {});
  server.stop();
  return server.url;
}

describe("lexical, asked for, goes on", () => {
  test("when the first is not there", async () => {
    const db = newTarget(rowsOf(40));
    const args = ["run", "--db", db, "--url", await nobody(), "--fallback", "lexical", "--json"];
    const { code, out } = await alone().run(...args);
    expect([code, answeredBy(db)]).toEqual([0, [{ backend: "lexical", n: 40 }]]);
    const switched = out.split("\n").filter((line) => line.includes('"backend.switched"'));
    expect(switched.map((line) => JSON.parse(line))).toMatchObject([{ from: "openai", to: "lexical" }]);
  });

  test("when the first refuses its key", async () => {
    const server = await startModelServer({ manner: "401" });
    const db = newTarget(rowsOf(10));
    const { code } = await alone().run("run", "--db", db, "--url", server.url, "--fallback", "lexical");
    server.stop();
    expect([code, answeredBy(db), server.counts.questions]).toEqual([0, [{ backend: "lexical", n: 10 }], 1]);
  });
});

test("a fallback that is not there is called by a name of its own, and the first is not taken for it", async () => {
  const server = await startModelServer();
  const db = newTarget(rowsOf(5));
  const box = alone();
  const args = ["run", "--db", db, "--url", server.url, "--fallback", `openai=${await nobody()}`, "--json"];
  const { code, out } = await box.run(...args);
  server.stop();
  const changes = out.split("\n").filter((line) => line.includes('"backend.changed"'));
  expect(changes.map((line) => JSON.parse(line).backend)).not.toContain("openai");
  const { backends, latest_run } = JSON.parse((await box.run("stats", "--db", db, "--json")).out);
  expect([code, backends[0]]).toEqual([0, { name: "openai", state: "closed", last_failure: null, restarts: 0 }]);
  expect(latest_run.answered_by).toEqual([{ backend: "openai", model: "scripted", answers: 5 }]);
});

test("what each of two of the same name came to is told of each, and who answered by that name", async () => {
  const [refusing, second] = [await startModelServer({ manner: "401" }), await startModelServer()];
  const db = newTarget(rowsOf(5));
  const box = alone();
  const { code } = await box.run("run", "--db", db, "--url", refusing.url, "--fallback", `openai=${second.url}`);
  for (const server of [refusing, second]) server.stop();
  const { backends, latest_run } = JSON.parse((await box.run("stats", "--db", db, "--json")).out);
  expect(code).toBe(0);
  expect(backends).toMatchObject([
    { name: "openai", state: "given-up", last_failure: { kind: "unauthorized" } },
    { name: "openai#2", state: "closed", last_failure: null },
  ]);
  expect(latest_run.answered_by).toEqual([{ backend: "openai#2", model: "scripted", answers: 5 }]);
  // What stands in the row is the name alone.
  expect(answeredBy(db)).toEqual([{ backend: "openai", n: 5 }]);
  expect((await box.run("stats", "--db", db)).out).toContain("openai#2 (scripted): 5 answered");
});

test("nobody is fallen back to unasked: 69", async () => {
  const db = newTarget(rowsOf(5));
  const { code, err } = await alone().run("run", "--db", db, "--url", await nobody());
  expect([code, answeredBy(db)]).toEqual([69, []]);
  expect(err).toContain("unreachable");
});

test("a fallback that is not on this machine is refused, as the first would be", async () => {
  const server = await startModelServer();
  const db = newTarget(rowsOf(5));
  const remote = "openai=http://192.0.2.1:8080";
  const { code, err } = await alone().run("run", "--db", db, "--url", server.url, "--fallback", remote);
  server.stop();
  expect([code, server.counts.questions]).toEqual([78, 0]);
  expect(err).toContain("192.0.2.1");
});

test("a name that is no backend: usage", async () => {
  const { code, err } = await alone().run("run", "--db", newTarget(rowsOf(1)), "--fallback", "lexicl");
  expect(code).toBe(2);
  expect(err).toContain("lexicl");
});
