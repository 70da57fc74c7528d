/** The problem with which something is refused. */

import { Problem } from "../../src/core/problem.ts";

/** Any other error is passed on, and none is one: `taken` says what was let through. */
export function refusal(read: () => unknown, taken = "it"): Problem {
  try {
    read();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`not refused: ${taken}`);
}
