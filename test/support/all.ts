/**
 * The test command: format and lint, types, the binary, then all tests, each stage with its time. A failed stage does
 * not keep the next from running, so that one run shows everything. Arguments go to `bun test` (a path, `-t NAME`).
 */

import { resolve } from "node:path";
import { binaryVariable, builtBinary } from "./binary.ts";
import { addCounts, type Counts, closingLine, isGood, judgeTests } from "./summary.ts";

const root = resolve(import.meta.dir, "../..");
/** For one test that sets no limit of its own; Bun ignores a timeout in bunfig.toml. */
const testTimeoutMs = 60_000;
/** For all of them: CI has twenty minutes, and a run that hangs should still say what it was doing. */
const testsTimeoutMs = 18 * 60_000;

const stages = [
  { name: "format and lint", command: ["x", "--bun", "--no-install", "biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["x", "--bun", "--no-install", "tsc", "--noEmit"] },
  { name: "binary", command: ["build.ts"] },
];

const results: Counts[] = [];
for (const { name, command } of stages) {
  const { exitCode } = await runStage(name, command);
  results.push({ passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 });
  if (name === "binary" && exitCode === 0) process.env[binaryVariable] = builtBinary;
}
const tests = await runStage("tests", ["test", "--timeout", String(testTimeoutMs), ...process.argv.slice(2)]);
const counts = judgeTests(tests.stderr, tests.exitCode);
results.push(counts);

const total = addCounts(results);
if (!isGood(total, false)) console.log("there are failures: see above");
else if (!isGood(total, process.env["CI"] === "true")) console.log("in CI nothing may be skipped");
console.log(closingLine(total));
process.exit(isGood(total, process.env["CI"] === "true") ? 0 : 1);

/** Runs Bun with `args`; what it prints is passed on as it comes. */
async function runStage(name: string, args: string[]): Promise<{ exitCode: number; stderr: string }> {
  console.log(`== ${name}`);
  const started = performance.now();
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: root,
    env: { ...process.env },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "pipe",
    timeout: testsTimeoutMs,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  const passOn = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of child.stderr) {
      process.stderr.write(bytes);
      stderr += decoder.decode(bytes, { stream: true });
    }
  };
  const passing = passOn();
  const exitCode = await child.exited;
  // What a test left running may hold the pipe open for ever; it must not hold up the count.
  await Promise.race([passing, Bun.sleep(2_000)]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `== ${name}: ${exitCode === 0 ? "ok" : `failed (${child.signalCode ?? `exit ${exitCode}`})`}, ${seconds} s\n`,
  );
  return { exitCode, stderr };
}
