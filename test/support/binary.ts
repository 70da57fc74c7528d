/** The compiled binary for tests: built at most once a run, and never the stale one of an earlier run. */

import { copyFileSync, linkSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");

/** Where `bun build.ts` puts it. */
export const builtBinary = resolve(root, "dist/enrichd");

/** Set by the test command when it has built the binary; without it (`bun test FILE`) the first caller builds. */
export const binaryVariable = "ENRICHD_TEST_BINARY";

/** The absolute path of the binary made from the present source; throws what the build said when it failed. */
export function binaryPath(): string {
  const known = process.env[binaryVariable];
  if (known !== undefined) return known;
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "build.ts"], { cwd: root, stdin: "ignore" });
  if (exitCode !== 0) throw new Error(stderr.toString());
  process.env[binaryVariable] = builtBinary;
  return builtBinary;
}

/** Puts the binary there, as a second name of the one file where that can be: a hundred copies would be 12 GB. */
export function placeBinary(path: string): void {
  try {
    linkSync(binaryPath(), path);
  } catch (error) {
    // Another file system, or one without such names.
    if (!(error instanceof Error && "code" in error && ["EXDEV", "EPERM", "ENOTSUP"].includes(String(error.code))))
      throw error;
    copyFileSync(binaryPath(), path);
  }
}
