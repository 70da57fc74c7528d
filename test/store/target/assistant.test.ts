import { expect, test } from "bun:test";
import { join } from "node:path";
import { openDatabase } from "../../../src/store/database.ts";
import { assistantFor } from "../../../src/store/target/assistant.ts";
import { readColumns } from "../../../src/store/target/columns.ts";
import { countAll, type Ranges } from "../../../src/store/target/counts.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { waiting } from "../../support/journal.ts";
import { farFrom, large, makeLarge } from "../../support/large.ts";

const path = join(temporaryFolder(), "large.db");
const made = makeLarge(path);

const ranges = (): Ranges => ({
  next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  bounds: [
    [0, 1_000],
    [1_000, 2 * farFrom],
  ],
  tallied: ["project"],
});

test("the second thread counts what it takes, each row once", async () => {
  await made;
  const all = ranges();
  const share = await assistantFor(path)(all);
  expect(share?.sums).toMatchObject({ ...large, unmarked: large.notWanted });
  expect(all.next[0]).toBe(3);
  const taken = ranges();
  taken.next[0] = 1;
  expect((await assistantFor(path)(taken))?.sums.total).toBe(large.total - 1_000);
});

test("where it cannot open the file it takes nothing, and where it cannot finish it says so", async () => {
  await made;
  const untouched = ranges();
  expect((await assistantFor(join(path, "nothing"))(untouched))?.sums.total).toBe(0);
  expect(untouched.next[0]).toBe(0);
  expect(await assistantFor(path)({ ...ranges(), tallied: ["no_such_column"] })).toBeNull();
});

test("with it, without it, or after it failed with rows it had taken, the counts are the same", async () => {
  await made;
  const { db, close } = await openDatabase(path, "read", waiting);
  const columns = readColumns(db, path);
  const alone = await countAll(db, columns, null);
  expect(alone).toMatchObject(large);
  expect([...alone.byProject.values()].reduce((sum, n) => sum + n, 0)).toBe(large.total);
  expect(await countAll(db, columns, assistantFor(path))).toEqual(alone);
  const failing = async ({ next }: Ranges) => {
    Atomics.add(next, 0, 5);
    return null;
  };
  expect(await countAll(db, columns, failing)).toEqual(alone);
  close();
});
