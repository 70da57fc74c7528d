import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binaryPath } from "../support/binary.ts";
import { temporaryFolder } from "../support/folder.ts";
import { large, makeLarge } from "../support/large.ts";

test("the binary has the second thread's module where the first looks for it, and both count a large table", async () => {
  const binary = binaryPath();
  // Where it is missing, the counts are as right, and take twice the time: nothing else would show it.
  expect(readFileSync(binary).includes("/$bunfs/root/store/target/count-worker.js")).toBeTrue();
  const path = join(temporaryFolder(), "large.db");
  await makeLarge(path);
  const { exitCode, stdout, stderr } = Bun.spawnSync([binary, "stats", "--json", "--db", path], { stdin: "ignore" });
  expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  const { total_chunks, counts } = JSON.parse(stdout.toString());
  expect(total_chunks).toBe(large.total);
  expect(counts).toMatchObject({ enriched: large.enriched, not_wanted: large.notWanted, pending: 0 });
});
