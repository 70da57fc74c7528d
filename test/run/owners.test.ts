import { describe, expect, test } from "bun:test";
import { watchOwners } from "../../src/run/owners.ts";
import type { RunningRun } from "../../src/store/runs.ts";
import { handClock } from "../support/clock.ts";

const leaseMs = 120_000;
const beatMs = leaseMs / 4;
const owner = { pid: 1, since: "then" };
const seen = (leaseUntilMs: number): RunningRun[] => [{ id: 1, owner, leaseUntilMs }];

function watched(isRunning: () => boolean) {
  const clock = handClock();
  const lostOf = watchOwners(clock, async () => isRunning(), leaseMs);
  const look = async (leaseUntilMs: number) => (await lostOf(seen(leaseUntilMs))).map(({ reason }) => reason);
  return { clock, look };
}

test("a run whose process is gone is lost at the first look, whatever its lease says", async () => {
  const { look } = watched(() => false);
  expect(await look(9e15)).toEqual(["its process is gone"]);
});

describe("a run whose process lives", () => {
  test("is lost when it was seen silent for a whole lease, not before", async () => {
    const { clock, look } = watched(() => true);
    for (let beats = 0; beats < 4; beats++) {
      expect(await look(5)).toEqual([]);
      await clock.advance(beatMs);
    }
    expect(await look(5)).toEqual(["silent past its lease"]);
  });

  test("is never lost while it renews its lease, though the clock on the wall was set far on or back", async () => {
    const { clock, look } = watched(() => true);
    for (const leaseUntilMs of [1e12, 1e12 + 1, 9e15, 9e15 + 1, 7, 8, 9, 10]) {
      expect(await look(leaseUntilMs)).toEqual([]);
      await clock.advance(beatMs);
    }
  });

  test("has expired long ago by the clock on the wall, and is not lost at a first look", async () => {
    const { look } = watched(() => true);
    expect(await look(1)).toEqual([]);
  });

  test("is not lost when all have slept for hours: it gets the time to give a sign", async () => {
    const { clock, look } = watched(() => true);
    expect(await look(5)).toEqual([]);
    await clock.advance(beatMs);
    expect(await look(5)).toEqual([]);
    await clock.advance(8 * 3_600_000);
    expect(await look(5)).toEqual([]);
    await clock.advance(1);
    expect(await look(6)).toEqual([]);
  });
});
