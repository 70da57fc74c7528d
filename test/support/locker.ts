/** Another process that holds the lock of a database: `holdLock` resolves once it has it. */

import { join } from "node:path";

export interface Held {
  readonly pid: number;
  /** Resolves when the lock is free. */
  readonly release: () => Promise<void>;
}

export type LockKind = "EXCLUSIVE" | "IMMEDIATE" | "SHARED";

export async function holdLock(path: string, kind: LockKind = "EXCLUSIVE"): Promise<Held> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../fixtures/hold-lock.ts"), path, kind], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  if (value === undefined || !new TextDecoder().decode(value).startsWith("held")) throw new Error(`no lock on ${path}`);
  return {
    pid: child.pid,
    release: async () => {
      child.stdin.end();
      await child.exited;
    },
  };
}
