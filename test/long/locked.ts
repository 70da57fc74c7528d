/** Locks that last: by name only (`bun run long-test`, or one of them with `-t "60 s"`), for the last takes ten minutes. */

import { expect, test } from "bun:test";
import { runUnderLock } from "../support/locked-run.ts";
import { named } from "../support/runner.ts";

const parallel = 4;
const answersMax = 10_000;

const locks = [
  { seconds: 10, rows: 2_000, latencyMs: 40 },
  { seconds: 60, rows: 6_000, latencyMs: 40 },
  // More answers than may wait: asking pauses, and goes on afterwards.
  { seconds: 600, rows: 15_000, latencyMs: 20 },
] as const;

for (const { seconds, rows, latencyMs } of locks)
  test(`the target is locked for ${seconds} s while a run goes on`, async () => {
    const done = await runUnderLock({ rows, heldMs: seconds * 1_000, latencyMs, answersMax });
    const waitedFor = done.askedAtRelease - done.writtenAtRelease;
    const told = {
      caught_up_ms: Math.round(done.caughtUpMs),
      asked_under_lock: done.askedUnderLock,
      waited_for: waitedFor,
    };
    console.log(`locked for ${seconds} s: ${JSON.stringify(told)}`);
    expect(done).toMatchObject({ code: 0, enriched: rows, writtenUnderLock: 0, askedAgain: 0 });
    expect(waitedFor).toBeGreaterThanOrEqual(Math.min(answersMax, seconds * 40));
    expect(waitedFor).toBeLessThanOrEqual(answersMax + parallel);
    expect(done.caughtUpMs).toBeLessThan(20_000);
    expect(named(done.events, "backend.changed")).toEqual([]);
    expect(named(done.events, "chunk.failed")).toEqual([]);
    expect(named(done.events, "lock.waiting")).toHaveLength(1);
    expect(named(done.events, "lock.released")[0]?.waited_ms).toBeGreaterThan(seconds * 990);
  }, 900_000);
