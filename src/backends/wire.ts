/** What differs between the APIs of model servers, as one value; the exchange, its limits and its repair are the same. */

import type { Failure } from "../core/failure.ts";
import type { Question } from "./backend.ts";
import type { Draft } from "./draft.ts";

/** What a question is made of here; a probe has no schema. */
export type Asked = Pick<Question, "messages" | "maxTokens"> & { readonly schema: Question["schema"] | null };

/** Takes the text of a stream as it comes, cut anywhere; a failure ends the reading. */
export type Reader = (text: string, nowMs: number) => Failure | null;

/** What to change about a question before it is sent again; `without` names a part that is left out from then on. */
export type Change = { readonly without: string } | "more_room";

export interface Wire {
  readonly chatUrl: string;
  readonly body: (asked: Asked, without: ReadonlySet<string>) => string;
  /** The media type of a streamed answer. */
  readonly streamType: string;
  readonly reader: (draft: Draft) => Reader;
  /** An answer that came whole, from a server that does not stream. */
  readonly takeBody: (draft: Draft, body: string, nowMs: number) => Failure | null;
  /** What a stream is that ended in order, and not with the record that should be its last. */
  readonly unended: (draft: Draft) => Failure | null;
  /** What a server that has said this must be asked without; null where the failure stands. */
  readonly changeFor: (failure: Failure, without: ReadonlySet<string>, asked: Asked) => Change | null;
}
