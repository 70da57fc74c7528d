/**
 * A log file that many runs may write to: lines are added together a few times a second, and a file that has grown too
 * large becomes the one before it. It never fails a run: where it cannot be written it says so once, and is given up.
 */

import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../core/clock.ts";

export interface EventLog {
  readonly write: (line: string) => void;
  /** Writes what is held. */
  readonly close: () => void;
}

export interface EventLogParts {
  readonly path: string;
  readonly clock: Pick<Clock, "sleep">;
  readonly onTrouble: (reason: string) => void;
  /** At most this in each of the files, and the lines of one writing more. */
  readonly bytesMax?: number;
}

/** With the present one: `enrichd.log`, `.1`, `.2`, `.3`. */
const filesMax = 4;
const holdMs = 250;

export function createEventLog({ path, clock, onTrouble, bytesMax = 10 * 2 ** 20 }: EventLogParts): EventLog {
  let held: string[] = [];
  let isWaiting = false;
  let isGivenUp = false;

  function flush(): void {
    if (held.length === 0 || isGivenUp) return;
    const lines = held;
    held = [];
    try {
      mkdirSync(dirname(path), { recursive: true });
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= bytesMax) rotate();
      // Opened each time: another run may have moved it, and what is appended goes where the name is now.
      appendFileSync(path, lines.join(""), { mode: 0o600 });
    } catch (error) {
      isGivenUp = true;
      onTrouble(error instanceof Error ? error.message : String(error));
    }
  }

  function rotate(): void {
    const name = (i: number): string => (i === 0 ? path : `${path}.${i}`);
    for (let i = filesMax - 2; i >= 0; i--)
      if (statSync(name(i), { throwIfNoEntry: false }) !== undefined) renameSync(name(i), name(i + 1));
  }

  async function later(): Promise<void> {
    isWaiting = true;
    await clock.sleep(holdMs);
    isWaiting = false;
    flush();
  }

  return {
    write: (line) => {
      if (isGivenUp) return;
      held.push(line);
      if (!isWaiting) void later();
    },
    close: flush,
  };
}
