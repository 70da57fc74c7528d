/**
 * The test command: format and lint, types, the binary, then all tests, each stage with its time. A failed stage does
 * not keep the next from running, so that one run shows everything. Arguments go to `bun test` (a path, `-t NAME`).
 */

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { binaryVariable, builtBinary } from "./binary.ts";
import { addCounts, type Counts, closingLine, isGood, judgeTests, readSummary } from "./summary.ts";

const root = resolve(import.meta.dir, "../..");
/** For one test that sets no limit of its own; Bun ignores a timeout in bunfig.toml. */
const testTimeoutMs = 60_000;
/** For all of them: far above what they take, so that a run that hangs still ends and says what it was doing. */
const testsTimeoutMs = 30 * 60_000;

const stages = [
  { name: "format and lint", command: ["x", "--bun", "--no-install", "biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["x", "--bun", "--no-install", "tsc", "--noEmit"] },
  { name: "binary", command: ["build.ts"] },
];

/** Bun's test runner ends without an "exit" event, so that the tests' folders, with copies of the binary, would stay. */
const temporary = mkdtempSync(join(tmpdir(), "enrichd-tests-"));
// Some tests look at their folder as a user without rights, who must get as far as there.
chmodSync(temporary, 0o755);
const results: Counts[] = [];
for (const { name, command } of stages) {
  const { exitCode } = await runStage(name, command);
  results.push({ passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 });
  if (name === "binary" && exitCode === 0) process.env[binaryVariable] = builtBinary;
}
const tests = await runStage("tests", ["test", "--timeout", String(testTimeoutMs), ...process.argv.slice(2)]);
results.push(judgeTests(tests.stderr, tests.exitCode));
if (readSummary(tests.stderr) === null) say("the tests did not run to their end: there is no summary of Bun's");

const total = addCounts(results);
if (!isGood(total, false)) say("there are failures: see above");
else if (!isGood(total, process.env["CI"] === "true")) say("in CI nothing may be skipped");
say(closingLine(total));
// What was written must be out before the end, and a pipe that a test's child still holds must not put the end off.
for (const stream of [process.stderr, process.stdout])
  await new Promise<void>((resolve) => stream.write("", () => resolve()));
rmSync(temporary, { recursive: true, force: true });
process.exit(isGood(total, process.env["CI"] === "true") ? 0 : 1);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs Bun with `args`; what it prints is passed on as it comes. */
async function runStage(name: string, args: string[]): Promise<{ exitCode: number; stderr: string }> {
  say(`== ${name}`);
  const started = performance.now();
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    stdin: "ignore",
    // Piped, not inherited: what a test left running must not hold open what this command writes to.
    stdout: "pipe",
    stderr: "pipe",
    timeout: testsTimeoutMs,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  const decoder = new TextDecoder();
  const passing = Promise.all([
    passOn(child.stdout, process.stdout),
    passOn(child.stderr, process.stderr, (bytes) => {
      stderr += decoder.decode(bytes, { stream: true });
    }),
  ]);
  const exitCode = await child.exited;
  await Promise.race([passing, Bun.sleep(2_000)]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`== ${name}: ${exitCode === 0 ? "ok" : `failed (${child.signalCode ?? `exit ${exitCode}`})`}, ${seconds} s\n`);
  return { exitCode, stderr };
}

async function passOn(
  from: ReadableStream<Uint8Array>,
  to: NodeJS.WriteStream,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<void> {
  for await (const bytes of from) {
    to.write(bytes);
    onBytes?.(bytes);
  }
}
