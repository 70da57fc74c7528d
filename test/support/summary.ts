/** Reads the counts out of what `bun test` printed, and says when they cannot be believed. Pure. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * The counts of a finished run from its stderr. Null when Bun's summary (lines such as ` 12 pass`, then `Ran 12 tests
 * across 3 files.`) is missing, empty or does not add up: a test that calls `process.exit(0)` ends the run with exit code 0
 * and no summary.
 */
export function readSummary(stderr: string): Counts | null {
  const lines = Bun.stripANSI(stderr).split(/\r?\n/);
  const last = lines.findLastIndex((line) => /^Ran \d+ tests? across \d+ files?\./.test(line));
  const above = lines.slice(0, Math.max(0, last));
  const summary = above.slice(above.findLastIndex((line) => !/^ *\d+ /.test(line)) + 1);
  const count = (word: string): number => {
    const line = summary.find((candidate) => candidate.trim().endsWith(` ${word}`));
    return Number.parseInt(line ?? "0", 10);
  };
  const counts = { passed: count("pass"), failed: count("fail"), skipped: count("skip") + count("todo") };
  const ran = Number.parseInt(lines[last]?.slice("Ran ".length) ?? "", 10);
  return ran > 0 && counts.passed + counts.failed + counts.skipped === ran ? counts : null;
}

/** What the run of the tests amounts to: a missing summary, or a bad exit that no test explains, is one failure. */
export function judgeTests(stderr: string, exitCode: number): Counts {
  const counts = readSummary(stderr);
  if (counts === null) return { passed: 0, failed: 1, skipped: 0 };
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The line that a run ends with; .ci/run looks for it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** In CI a missing part is a failure, so there nothing may be skipped. */
export function isGood({ failed, skipped }: Counts, inCi: boolean): boolean {
  return failed === 0 && !(inCi && skipped > 0);
}
