import { expect, test } from "bun:test";
import { type Session, startSession } from "../../src/run/session.ts";
import type { Connection } from "../../src/store/database.ts";
import { openJournal } from "../../src/store/journal.ts";
import { handClock } from "../support/clock.ts";
import { answerFor, asker, identity, journalFile, waiting } from "../support/journal.ts";

const beatMs = 30_000;
const hoursMs = 8 * 3_600_000;

async function twoRuns() {
  const path = journalFile();
  const [first, second] = [await startRun(path), await startRun(path)];
  const claimed = { runId: first.session.runId, asker, questionsMax: 1, reopened: new Map() };
  await first.session.ledger.claim([{ chunkId: "a", hash: "h" }], claimed);
  const stateOf = ({ session: { runId } }: Started): unknown =>
    second.journal.db.query("SELECT state FROM runs WHERE id = ?").values(runId)[0]?.[0];
  const claims = (): number => second.journal.db.query("SELECT 1 FROM contents WHERE state = 'claimed'").all().length;
  return { first, second, stateOf, claims };
}

interface Started {
  readonly session: Session;
  readonly journal: Connection;
  /** Lets so much time pass, and the heartbeat come to its end if there was one. */
  readonly pass: (ms: number) => Promise<void>;
  readonly beats: () => number;
}

async function startRun(path: string): Promise<Started> {
  const clock = handClock();
  const journal = await openJournal(path, identity, waiting);
  let beats = 0;
  const sleep: typeof clock.sleep = (ms, signal) => {
    beats++;
    return clock.sleep(ms, signal);
  };
  const onFailure = (error: unknown): never => {
    throw error;
  };
  const parts = {
    ...{ journal, waiting, asker, model: "m" },
    ...{ clock: { ...clock, sleep }, onFailure, onTakeover: () => {} },
  };
  const session = await startSession(parts);
  const pass = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    while (clock.pending().length === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return { session, journal, pass, beats: () => beats };
}

test("a machine that slept for hours: each run beats once, and none takes the other's claims", async () => {
  for (const order of [[0, 1] as const, [1, 0] as const]) {
    const { first, second, stateOf, claims } = await twoRuns();
    const runs = [first, second] as const;
    for (const ms of [beatMs, beatMs, hoursMs, beatMs, beatMs]) {
      const before = runs.map(({ beats }) => beats());
      // The one that looked last before the sleep looks first after it: it has seen no sign since.
      for (const i of ms === hoursMs ? order.toReversed() : order) await runs[i]?.pass(ms);
      expect(runs.map(({ beats }, i) => beats() - (before[i] ?? 0))).toEqual([1, 1]);
      expect([stateOf(first), stateOf(second), claims()]).toEqual(["running", "running", 1]);
    }
    for (const { session } of runs) await session.end("finished", "");
  }
});

test("a run that stands still while another works loses its claims after a lease, and is running again when it writes", async () => {
  const { first, second, stateOf, claims } = await twoRuns();
  for (let beats = 0; beats < 3; beats++) await second.pass(beatMs);
  expect([stateOf(first), claims()]).toEqual(["running", 1]);
  await second.pass(beatMs);
  expect([stateOf(first), claims()]).toEqual(["crashed", 0]);
  // What it was asking about meanwhile was answered: that is kept, and it counts as running from then on.
  await first.session.ledger.saveAnswer(answerFor(first.session.runId, "h"));
  expect(stateOf(first)).toBe("running");
  for (const { session } of [first, second]) await session.end("finished", "");
});
