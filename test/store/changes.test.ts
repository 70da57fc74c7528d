import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { watchChanges } from "../../src/store/changes.ts";
import { holdLock } from "../support/locker.ts";
import { newTarget, rowsOf } from "../support/target.ts";

for (const mode of ["wal", "delete"] as const)
  test(`tells others' commits once, and not our own (${mode})`, async () => {
    const path = newTarget(rowsOf(2), mode);
    const [ours, theirs] = [new Database(path), new Database(path)];
    const second = new Database(newTarget(rowsOf(1), mode));
    const changed = watchChanges([{ db: ours }, { db: second }]);
    expect(changed()).toBeFalse();
    theirs.run("UPDATE chunks SET summary = 'x' WHERE id = 'chunk-0'");
    expect([changed(), changed()]).toEqual([true, false]);
    ours.run("UPDATE chunks SET summary = 'y' WHERE id = 'chunk-1'");
    expect(changed()).toBeFalse();
    // One that keeps readers out without WAL: nothing is known until it ends.
    const lock = await holdLock(path);
    expect(changed()).toBeFalse();
    await lock.release();
    theirs.run("DELETE FROM chunks");
    expect([changed(), changed()]).toEqual([true, false]);
    for (const db of [ours, theirs, second]) db.close();
  });

test("a look takes microseconds", () => {
  const changed = watchChanges(
    (["wal", "delete"] as const).map((mode) => ({ db: new Database(newTarget(rowsOf(500), mode)) })),
  );
  const startedMs = performance.now();
  for (let i = 0; i < 1_000; i++) changed();
  const eachMs = (performance.now() - startedMs) / 1_000;
  console.info(`a look at two files: ${(eachMs * 1_000).toFixed(0)} µs`);
  expect(eachMs).toBeLessThan(1);
});
