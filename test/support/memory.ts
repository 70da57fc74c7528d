/** The most memory that a running child has held. */

import { existsSync, readFileSync } from "node:fs";

export interface Peak {
  /** To be called while it runs, now and then. */
  readonly look: () => void;
  /** Bytes; after its end. */
  readonly bytes: () => number;
}

/**
 * Linux counts the memory of the parent, up to the child's start, as the child's own in `maxRSS`: a test runner that
 * has grown would make every child look large. The kernel's mark for the program itself has no such past.
 */
export function peakOf(child: Bun.Subprocess): Peak {
  const path = `/proc/${child.pid}/status`;
  let marked = 0;
  return {
    look: () => {
      if (!existsSync(path)) return;
      const [, kilobytes = "0"] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(path, "utf8")) ?? [];
      marked = Math.max(marked, Number(kilobytes) * 1_024);
    },
    bytes: () => (marked > 0 ? marked : (child.resourceUsage()?.maxRSS ?? Number.POSITIVE_INFINITY)),
  };
}
