/** Scrubs for one run, and counts what it took out until somebody writes the count down. */

import { scrub } from "./scrub.ts";

export interface Scrubber {
  readonly scrub: (text: string) => string;
  /** Whether there is anything to scrub: asked of many texts in one, and counted by none. */
  readonly holds: (text: string) => boolean;
  /** How many secrets of each kind it took out since the last call. */
  readonly drain: () => ReadonlyMap<string, number>;
}

export function createScrubber(): Scrubber {
  let counts = new Map<string, number>();
  return {
    scrub: (text) => {
      const { text: clean, kinds } = scrub(text);
      for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return clean;
    },
    holds: (text) => scrub(text).kinds.length > 0,
    drain: () => {
      const drained = counts;
      counts = new Map();
      return drained;
    },
  };
}
