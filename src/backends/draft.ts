/** An answer while it grows, the same for every API. It knows none of them. */

import type { Failure } from "../core/failure.ts";
import type { Usage } from "./backend.ts";
import { unusable } from "./failure.ts";

export interface Draft {
  text: string;
  /** Why the model stopped, in the server's word; `length` is a cut answer in every API. */
  finish: string | null;
  model: string | null;
  usage: Usage | null;
  /** The first token of either kind, in the clock's milliseconds; thinking counts as life, not as text. */
  firstTokenAtMs: number | null;
  /** The server has said that nothing is missing. */
  done: boolean;
}

export const emptyDraft = (): Draft => ({
  text: "",
  finish: null,
  model: null,
  usage: null,
  firstTokenAtMs: null,
  done: false,
});

/** An enrichment has some 2 KB; a model that repeats itself for ever must not fill our memory. */
export const textCharsMax = 256 * 1024;

/** Takes a piece of the answer in, or of the thinking before it; a failure ends the reading. */
export function takePiece(
  draft: Draft,
  content: string | null,
  thinking: string | null,
  nowMs: number,
): Failure | null {
  if (content === null) {
    if (thinking !== null) draft.firstTokenAtMs ??= nowMs;
    return null;
  }
  draft.firstTokenAtMs ??= nowMs;
  draft.text += content;
  if (draft.text.length <= textCharsMax) return null;
  return unusable("oversized", `over ${textCharsMax} characters and still not at its end`, draft.text.slice(0, 2000));
}
