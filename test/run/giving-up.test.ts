/** Whole runs in which a text comes to the last of its attempts, and the server is what is wrong: or is not. */

import { expect, test } from "bun:test";
import { type DescribingServer, type Manner, startModelServer } from "../fixtures/describing-server.ts";
import { answerWith, modelServer } from "../fixtures/model-server.ts";
import { answer, askedOf, type Running, startRun } from "../support/runner.ts";
import { newTarget, query, rowsOf, textOf } from "../support/target.ts";

const backoff = { baseMs: 20, maxMs: 200 };
const statesIn = (db: string) =>
  query<{ what: string; n: number }>(
    db.replace(/\.db$/, ".enrichd.db"),
    "SELECT state || coalesce(' ' || kind, '') AS what, count(*) AS n FROM contents GROUP BY what",
  ).map(({ what, n }) => `${n} ${what}`);
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(2);
}

async function runOn(
  server: DescribingServer,
  db: string,
  attemptsMax: number,
  meanwhile: (run: Running) => Promise<void> = async () => {},
) {
  const run = startRun(db, server.url, { backoff, attemptsMax });
  await meanwhile(run);
  const { ending } = await run.result;
  server.stop();
  expect(ending.reason).toBe("finished");
  return statesIn(db);
}

test.each([["poison"], ["413"], ["cut"], ["400"]] satisfies [Manner][])(
  "a server that says %s to all for a moment gives up no text, though each may fail only once",
  async (manner) => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(12));
    const states = await runOn(server, db, 1, async () => {
      await until(() => server.counts.answered >= 4);
      server.manner = manner;
      const then = server.counts.questions;
      // Fewer than the window in which such a server is found out.
      await until(() => server.counts.questions >= then + 9);
      server.manner = "well";
    });
    expect(states).toEqual(["12 answered"]);
  },
);

test("one that is well again when it is looked at is asked about the text once more", async () => {
  const server = await startModelServer();
  // The question and its repair; what is asked after the look is answered.
  const db = newTarget([...rowsOf(3), { id: "twice", content: `${textOf(70)} @@poison*2` }]);
  expect(await runOn(server, db, 1)).toEqual(["4 answered"]);
});

test("a text that fails again after that is given up, and has cost one look and one more question", async () => {
  const server = await startModelServer();
  const poisoned = `${textOf(70)} @@poison`;
  const db = newTarget([...rowsOf(3), { id: "bad", content: poisoned }]);
  expect(await runOn(server, db, 1)).toEqual(["3 answered", "1 quarantined unusable_reply"]);
  const looks = [...server.asked].filter(([text]) => !text.startsWith("Text number"));
  expect([server.asked.get(poisoned), looks.map(([, times]) => times)]).toEqual([4, [1, 1]]);
});

test.each([["429"], ["500"], ["stall"]] satisfies [Manner][])(
  "a text to which a server that is well always says %s is given up when it is the last one, and the run ends",
  async (manner) => {
    const server = await startModelServer();
    const db = newTarget([...rowsOf(3), { id: "bad", content: `${textOf(70)} @@${manner}` }]);
    const [states] = [await runOn(server, db, 1)];
    expect(states).toEqual(["3 answered", expect.stringMatching(/^1 quarantined (overloaded|server_error|timeout)$/)]);
  },
);

test("a model that is too weak even for the known text does not hold a run for ever", async () => {
  const server = await modelServer((wire, { body }) =>
    body.includes("Text number") && !body.includes("@@poison") ? answer(wire) : answerWith(wire, "I would rather not."),
  );
  const db = newTarget([...rowsOf(30), { id: "bad", content: `${textOf(70)} @@poison` }]);
  const { ending } = await startRun(db, server.url, { backoff, attemptsMax: 1 }).result;
  server.stop();
  expect(ending.reason).toBe("finished");
  expect(statesIn(db)).toEqual(["30 answered", "1 quarantined unusable_reply"]);
  expect(askedOf(server.calls).filter((n) => n === 70)).toHaveLength(6);
});
