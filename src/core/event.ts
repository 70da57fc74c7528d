/** What a run tells: the one union that the terminal, NDJSON and the journal all read. Field names are NDJSON's. */

import type { FailureKind } from "./failure.ts";
import type { Health } from "./slump.ts";
import type { Supervision } from "./supervision-state.ts";

export type RunEvent =
  | {
      readonly event: "run.started";
      readonly db: string;
      readonly journal: string;
      readonly backend: string;
      readonly model: string;
      /** Null for a backend that is nowhere. */
      readonly url: string | null;
      /** Why it was taken, where nobody named it. */
      readonly reason: string | null;
      /** Questions at a time; the most of them where their number is found out. */
      readonly parallel: number;
      readonly parallel_auto: boolean;
    }
  | { readonly event: "backend.loading"; readonly backend: string; readonly model: string; readonly detail: string }
  | {
      readonly event: "chunk.enriched";
      readonly id: string;
      readonly backend: string;
      readonly model: string;
      readonly duration_ms: number;
      readonly tokens_in: number | null;
      readonly tokens_out: number | null;
      readonly tokens_cached: number | null;
      /** True where another chunk with the same text was asked about, and this one got its answer. */
      readonly twin: boolean;
      /** What is wrong with it all the same: names of rules of the quality gate. */
      readonly marks: readonly string[];
    }
  | { readonly event: "chunk.skipped"; readonly id: string; readonly reason: SkipReason }
  | {
      readonly event: "chunk.failed";
      readonly id: string;
      readonly kind: FailureKind;
      readonly attempt: number;
      readonly retry_at: string | null;
      readonly detail: string;
    }
  | { readonly event: "chunk.quarantined"; readonly id: string; readonly kind: FailureKind; readonly detail: string }
  | {
      readonly event: "backend.changed";
      readonly backend: string;
      readonly from: BackendState;
      readonly to: BackendState;
      readonly cause: string;
    }
  | { readonly event: "backend.switched"; readonly from: string; readonly to: string }
  | {
      /** Nearly all of the last chunks failed, most of them with `kind`; what a look at the backend has found. */
      readonly event: "backend.examined";
      readonly backend: string;
      readonly health: Health;
      readonly failed: number;
      readonly of: number;
      readonly kind: FailureKind;
      readonly pause_ms: number;
    }
  /** It has said for some seconds that it has too much to do; nothing is asked until the times that it names. */
  | { readonly event: "backend.overloaded"; readonly backend: string; readonly status: number; readonly detail: string }
  | { readonly event: "backend.relieved"; readonly backend: string; readonly waited_ms: number }
  /** How many questions at a time, with `--parallel auto`. */
  | {
      readonly event: "parallel.changed";
      readonly backend: string;
      readonly before: number;
      readonly questions: number;
    }
  /** A reply that belongs to another question was thrown away. */
  | { readonly event: "reply.misplaced"; readonly backend: string }
  | {
      readonly event: "supervisor.changed";
      readonly backend: string;
      readonly from: SupervisorState;
      readonly to: SupervisorState;
      readonly cause: string;
      readonly pid: number | null;
    }
  /** A server of ours that starts has written to its log. */
  | { readonly event: "supervisor.loading"; readonly backend: string; readonly detail: string }
  | { readonly event: "lock.waiting"; readonly file: string; readonly waited_ms: number }
  | { readonly event: "lock.released"; readonly file: string; readonly waited_ms: number }
  | { readonly event: "target.paused"; readonly file: string }
  | { readonly event: "target.resumed"; readonly file: string; readonly waited_ms: number }
  /** No new questions until it is taken back; `since` may be of an earlier run. */
  | { readonly event: "run.paused"; readonly asked_by: string; readonly since: string }
  | { readonly event: "run.resumed"; readonly waited_ms: number }
  /** Somebody asked for it, on the page of this process or another. */
  | { readonly event: "run.asked"; readonly action: string; readonly asked_by: string }
  | {
      readonly event: "run.planned";
      readonly db: string;
      readonly backend: string;
      readonly model: string;
      readonly chunks: number;
    }
  | ({ readonly event: "run.progress" } & Progress)
  | ({ readonly event: "run.finished"; readonly exit_code: number; readonly reason: string } & Progress);

/** `too_short` was written as such. The others wrote nothing: other text by now, no such row, or no longer pending. */
export type SkipReason = "too_short" | "changed" | "gone" | "taken";

/** `given-up`: not asked any more in this run. */
export type BackendState = "closed" | "open" | "half-open" | "given-up";
export type SupervisorState = Supervision["state"];

/** Counts are of this run. `chunks_per_hour` and `eta_seconds` are null until there is something to go by. */
export interface Progress {
  /** Rows written, twins included. */
  readonly enriched: number;
  readonly twins: number;
  readonly too_short: number;
  readonly failed: number;
  readonly quarantined: number;
  readonly waiting: number;
  /** Texts that another run has taken. */
  readonly elsewhere: number;
  readonly remaining: number | null;
  readonly elapsed_ms: number;
  readonly chunks_per_hour: number | null;
  readonly eta_seconds: number | null;
  readonly tokens_in: number;
  readonly tokens_out: number;
  readonly tokens_cached: number;
}
