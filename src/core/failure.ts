/** Why an attempt gave nothing, and what follows from it: the union of kinds and the one table of their policy. */

export type Failure =
  | { readonly kind: "unreachable"; readonly reason: UnreachableReason; readonly detail: string }
  | { readonly kind: "timeout"; readonly phase: TimeoutPhase; readonly afterMs: number; readonly detail: string }
  | {
      readonly kind: "overloaded";
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly detail: string;
    }
  | { readonly kind: "server_error"; readonly status: number; readonly detail: string }
  | { readonly kind: "bad_request"; readonly status: number; readonly detail: string }
  | { readonly kind: "unauthorized"; readonly status: number; readonly detail: string }
  | { readonly kind: "model_missing"; readonly status: number; readonly detail: string }
  | { readonly kind: "too_large"; readonly status: number; readonly detail: string }
  | { readonly kind: "unusable_reply"; readonly reason: ReplyFault; readonly detail: string; readonly raw: string }
  | { readonly kind: "crashed"; readonly detail: string }
  /** A server that we start ourselves, after the last of its restarts. */
  | { readonly kind: "gone"; readonly detail: string };

export type FailureKind = Failure["kind"];
/** `reset`: the connection was there and was closed before the answer was whole. */
export type UnreachableReason = "refused" | "dns" | "reset" | "tls" | "network";
export type TimeoutPhase = "connect" | "first_token" | "progress" | "total";
/**
 * `not_api`: a 200 that is not the API at all (a proxy's page). `cut`: finish_reason length. `schema`: JSON, but not ours.
 * `worthless`: an enrichment that says nothing about the chunk. `foreign`: the reply to another question.
 */
export type ReplyFault = "empty" | "not_json" | "schema" | "cut" | "not_api" | "oversized" | "worthless" | "foreign";

/** The server went away while it had the question: what it was asked may be why. */
export const isReset = (failure: Failure): boolean => failure.kind === "unreachable" && failure.reason === "reset";

export type Outcome<T, F = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export const success = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const failed = <F>(failure: F): { readonly ok: false; readonly failure: F } => ({ ok: false, failure });

export interface Policy {
  /** `after`: at the time the server named. `repair`: one more question that shows the reply and what is wrong. */
  readonly retry: "backoff" | "after" | "repair" | "never";
  readonly opensBreaker: boolean;
  /**
   * Whether the chunk comes nearer to quarantine. `while_others_succeed` tells a bad chunk from a bad server; so does
   * `at_last`, but only after many failures, and beside a server that is seen to be well.
   */
  readonly blamesChunk: "yes" | "no" | "while_others_succeed" | "at_last";
  /**
   * The next question would fail alike: the run ends and says what to set right. `at_first`: only before any success,
   * since mlx_lm.server also answers 404 for a text that its template cannot take.
   */
  readonly stopsRun: "always" | "at_first" | "never";
}

const policies: Readonly<Record<FailureKind, Policy>> = {
  unreachable: { retry: "backoff", opensBreaker: true, blamesChunk: "no", stopsRun: "never" },
  timeout: { retry: "backoff", opensBreaker: true, blamesChunk: "while_others_succeed", stopsRun: "never" },
  overloaded: { retry: "after", opensBreaker: false, blamesChunk: "at_last", stopsRun: "never" },
  server_error: { retry: "backoff", opensBreaker: true, blamesChunk: "while_others_succeed", stopsRun: "never" },
  bad_request: { retry: "backoff", opensBreaker: false, blamesChunk: "while_others_succeed", stopsRun: "never" },
  unauthorized: { retry: "never", opensBreaker: false, blamesChunk: "no", stopsRun: "always" },
  model_missing: {
    retry: "backoff",
    opensBreaker: false,
    blamesChunk: "while_others_succeed",
    stopsRun: "at_first",
  },
  too_large: { retry: "never", opensBreaker: false, blamesChunk: "yes", stopsRun: "never" },
  unusable_reply: { retry: "repair", opensBreaker: false, blamesChunk: "yes", stopsRun: "never" },
  gone: { retry: "never", opensBreaker: false, blamesChunk: "no", stopsRun: "always" },
  crashed: { retry: "never", opensBreaker: false, blamesChunk: "yes", stopsRun: "never" },
};

export const failureKinds: readonly string[] = Object.keys(policies);

/** A 200 that is not the API at all, or another question's reply, is the server's fault, not the chunk's. */
export function policyOf(failure: Failure): Policy {
  const isServers = failure.kind === "unusable_reply" && ["not_api", "foreign"].includes(failure.reason);
  // A certificate that is not trusted now is not trusted in two seconds either.
  if (failure.kind === "unreachable" && failure.reason === "tls") {
    return { ...policies.unreachable, stopsRun: "at_first" };
  }
  return policies[isServers ? "server_error" : failure.kind];
}

/** Whether a failure ends the run; `hasSucceeded`: some question of this run was answered. */
export function stopsRun(failure: Failure, hasSucceeded: boolean): boolean {
  const stops = policyOf(failure).stopsRun;
  return stops === "always" || (stops === "at_first" && !hasSucceeded);
}
