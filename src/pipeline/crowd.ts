/** How many questions a backend has before it, and how one of them comes to be alone there. */

import type { Bell } from "../core/bell.ts";

export interface Crowd {
  readonly size: () => number;
  /** Whether another may come: not over the limit, nor while one is alone, or wants to be. */
  readonly isOpen: () => boolean;
  readonly enter: () => void;
  readonly leave: (wasAlone: boolean) => void;
  /** For one who has entered: resolves when all others have left, and keeps new ones out; false when the signal fired first. */
  readonly alone: (signal: AbortSignal) => Promise<boolean>;
}

/** `bell` rings whenever somebody may come who could not before. */
export function createCrowd(bell: Bell, limit: () => number): Crowd {
  let size = 0;
  let waiting = 0;
  let isTaken = false;
  return {
    size: () => size,
    isOpen: () => !isTaken && waiting === 0 && size < limit(),
    enter: () => {
      size++;
    },
    leave: (wasAlone) => {
      size--;
      if (wasAlone) isTaken = false;
      bell.ring();
    },
    alone: async (signal) => {
      // Aside meanwhile, or two who want to be alone would wait for each other.
      size--;
      waiting++;
      bell.ring();
      while ((size > 0 || isTaken) && !signal.aborted) await bell.wait(signal);
      waiting--;
      size++;
      if (signal.aborted) return false;
      isTaken = true;
      return true;
    },
  };
}
