/** The compiled binary where a folder cannot be written. */

import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { binaryPath } from "./binary.ts";
import { temporaryFolder } from "./folder.ts";

const isRoot = process.getuid?.() === 0;

/**
 * Runs the binary where `folder` cannot be written. Permissions do not bind root, so root gets a mount of its own, in a
 * namespace that ends with the process.
 */
export async function runReadOnly(folder: string, ...args: string[]) {
  const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
  const command = [binaryPath(), ...args];
  if (!isRoot) for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  if (!isRoot) chmodSync(folder, 0o555);
  const child = Bun.spawn(isRoot ? ["unshare", "--mount", "sh", "-c", mount, folder, ...command] : command, {
    ...{ env: { HOME: temporaryFolder(), PATH: process.env["PATH"] ?? "" } },
    ...({ stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const),
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (!isRoot) chmodSync(folder, 0o755);
  return { out, err, code };
}
