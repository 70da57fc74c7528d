/**
 * Before a text is given up: the backend must show that it is well, and is then asked about the text once more. A server
 * that lies for a second or two is seen neither by its breaker nor by the window of its last chunks, and three such lies
 * would give up a text with which nothing is wrong. Pure but for what it is given.
 */

import type { Failure } from "../core/failure.ts";
import type { Asked } from "./ask.ts";

export interface Appeal {
  /** Whether the backend answers another text now. */
  readonly isWell: () => Promise<boolean>;
  readonly again: () => Promise<Asked>;
}

export interface Heard {
  readonly asked: Asked;
  /** Whether the failure is the text's own. */
  readonly isProven: boolean;
}

/** `failure`: what came of `asked`, and would be the end of its text. */
export async function hear(asked: Asked, failure: Failure, { isWell, again }: Appeal): Promise<Heard> {
  if (!(await isWell())) return { asked, isProven: false };
  const { outcome, tried } = await again();
  const isProven = !outcome.ok && outcome.failure.kind === failure.kind;
  return { asked: { outcome, tried: [...asked.tried, ...tried] }, isProven };
}
