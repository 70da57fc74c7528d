/** The user's database as we may use it: reads pending chunks, writes one guarded UPDATE per chunk, and nothing else. */

import type { Enrichment } from "../core/enrichment.ts";

/** Which of the three layouts the columns of `chunks` show; nothing is read from a version number. */
export type Layout = "own" | "brainlayer-1" | "brainlayer-2";

export interface Chunk {
  readonly id: string;
  readonly rowid: number;
  readonly content: string;
  readonly contentType: string | null;
  readonly source: string | null;
  readonly project: string | null;
  readonly conversationId: string | null;
  readonly position: number | null;
}

/** Which pending chunks a run wants. Empty lists want everything; times are milliseconds since 1970. */
export interface Selection {
  /** Null: the standing rule (50 code points; 15 for whatsapp and telegram). */
  readonly minChars: number | null;
  /** Null: what the layout's users expect (the four of BrainLayer's pipeline there; everything in our own). */
  readonly contentTypes: readonly string[] | null;
  readonly projects: readonly string[];
  readonly sources: readonly string[];
  readonly sinceMs: number | null;
  /** Also chunks that only the `lexical` backend has described. */
  readonly upgrade: boolean;
}

/** What is to be written about one chunk, guarded by the hash of the content it was decided on. */
export interface Application {
  readonly chunkId: string;
  readonly contentHash: string;
  readonly verdict:
    | {
        readonly kind: "enriched";
        readonly enrichment: Enrichment;
        readonly backend: string;
        readonly model: string;
        readonly promptVersion: string;
        readonly answeredAtMs: number;
      }
    | { readonly kind: "too_short" }
    | { readonly kind: "failed" };
}

/** `changed`, `gone` and `taken` wrote nothing: other text, no such row, or no longer pending. */
export type Applied = "applied" | "changed" | "gone" | "taken";
