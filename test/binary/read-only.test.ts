import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { startModelServer } from "../fixtures/describing-server.ts";
import { binaryPath } from "../support/binary.ts";
import { temporaryFolder } from "../support/folder.ts";
import { newTarget, rowsOf } from "../support/target.ts";

const isRoot = process.getuid?.() === 0;

/**
 * Runs the binary where `folder` cannot be written. Permissions do not bind root, so root gets a mount of its own, in a
 * namespace that ends with the process.
 */
async function runReadOnly(folder: string, ...args: string[]) {
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

for (const mode of ["wal", "delete"] as const)
  test(`a target in ${mode} mode on a read-only mount: told before anything is asked, and statistics are there`, async () => {
    const made = newTarget(rowsOf(5), mode);
    const folder = join(temporaryFolder(), "mounted");
    mkdirSync(folder);
    const db = join(folder, basename(made));
    await Bun.write(db, Bun.file(made));
    const before = readFileSync(db);
    const server = await startModelServer();
    const journal = join(temporaryFolder(), "journal.enrichd.db");
    const run = await runReadOnly(folder, "run", "--db", db, "--journal", journal, "--url", server.url);
    expect([run.code, run.out]).toEqual([77, ""]);
    expect(run.err).toContain("not writable");
    expect(run.err).toMatch(/^ {2}where: .*mounted.*\n {2}next: {2}.+/m);
    const stats = await runReadOnly(folder, "stats", "--db", db, "--json");
    expect([stats.code, JSON.parse(stats.out).counts.pending]).toEqual([0, 5]);
    server.stop();
    expect(server.counts.questions).toBe(0);
    expect(readdirSync(folder)).toEqual([basename(made)]);
    expect(readFileSync(db).equals(before)).toBeTrue();
  });
