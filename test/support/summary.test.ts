import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addCounts, closingLine, isGood, judgeTests, readSummary } from "./summary.ts";

const head = 'import { expect, test } from "bun:test";\n';
const passing = 'test("passes", () => expect(1).toBe(1));\n';

/** What Bun itself prints and gives for a folder with this one test file. */
async function runBun(source: string): Promise<{ stderr: string; exitCode: number }> {
  const folder = mkdtempSync(join(tmpdir(), "enrichd-summary-"));
  try {
    await Bun.write(join(folder, "a.test.ts"), head + source);
    const { stderr, exitCode } = Bun.spawnSync([process.execPath, "test"], { cwd: folder, stdin: "ignore" });
    return { stderr: stderr.toString(), exitCode };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("judgeTests, on what Bun really prints", () => {
  const cases = [
    { name: "one that passes", source: passing, counts: { passed: 1, failed: 0, skipped: 0 } },
    {
      name: "pass, fail, skip and todo",
      source: `${passing}test("f", () => expect(1).toBe(2));\ntest.skip("s", () => {});\ntest.todo("t");\n`,
      counts: { passed: 1, failed: 1, skipped: 2 },
    },
    { name: "an error outside a test", source: `${passing}throw new Error("x");\n`, exits: "badly" },
    { name: "a test that ends the run with exit code 0", source: 'test("x", () => process.exit(0));\n', exits: "well" },
    { name: "a file without tests", source: "expect(1).toBe(1);\n", exits: "well" },
    {
      name: "tests that print counts of their own",
      source: 'test("x", () => console.error("\\n 99 pass\\n 0 fail\\nRan 99 tests across 1 file. [1ms]"));\n',
      counts: { passed: 1, failed: 0, skipped: 0 },
    },
  ] as const;
  for (const example of cases) {
    test(example.name, async () => {
      const { stderr, exitCode } = await runBun(example.source);
      const judged = judgeTests(stderr, exitCode);
      if ("counts" in example) expect(judged).toEqual(example.counts);
      else expect(judged.failed).toBeGreaterThan(0);
      if ("exits" in example) expect(exitCode === 0).toBe(example.exits === "well");
    });
  }
});

test("a summary that does not add up is none", () => {
  expect(readSummary(" 2 pass\n 0 fail\nRan 2 tests across 1 file. [1ms]\n")).not.toBeNull();
  expect(readSummary(" 2 pass\n 0 fail\nRan 3 tests across 1 file. [1ms]\n")).toBeNull();
  expect(readSummary(" 2 pass\n 0 fail\n")).toBeNull();
});

test("a bad exit that no test explains is a failure", () => {
  expect(judgeTests(" 2 pass\nRan 2 tests across 1 file.", 1).failed).toBe(1);
});

test("skipped tests are a failure in CI and nowhere else", () => {
  const counts = addCounts([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 0, skipped: 3 },
  ]);
  expect(closingLine(counts)).toBe("3 passed, 0 failed, 3 skipped");
  expect(isGood(counts, false)).toBeTrue();
  expect(isGood(counts, true)).toBeFalse();
});
