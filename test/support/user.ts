/** A process that works with a database as a person's programs do (see fixtures/interactive-user.ts), and how long its writes took. */

import { join } from "node:path";

export interface Waited {
  readonly writes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface User {
  /** Resolves by itself after `count` writes; throws what the process said when a write failed. */
  readonly ended: Promise<Waited>;
  readonly leave: () => void;
}

export function startUser(db: string, pauseMs: number, count = Number.POSITIVE_INFINITY): User {
  const script = join(import.meta.dir, "../fixtures/interactive-user.ts");
  const child = Bun.spawn([process.execPath, script, db, `${pauseMs}`, `${count}`], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  const result = async (): Promise<Waited> => {
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (code !== 0) throw new Error(`the user met an error:\n${err}`);
    return JSON.parse(out) as Waited;
  };
  return { ended: result(), leave: () => void child.stdin.end() };
}

export const shown = ({ writes, p50Ms, p99Ms, maxMs }: Waited): string =>
  `${writes} writes, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, longest ${maxMs.toFixed(1)} ms`;
