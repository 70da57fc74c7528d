/** What a supervisor knows, hears, does and goes by: the data of core/supervision.ts. */

import type { Backoff } from "./backoff.ts";

export type CauseKind =
  | "stopped"
  | "left"
  | "recycled"
  | "asked"
  | "exited"
  | "out_of_memory"
  | "gpu_fault"
  | "resource_limit"
  | "thread_died"
  | "hung"
  | "slow_load"
  | "model_missing"
  | "port_taken"
  | "not_installed"
  | "flags_refused"
  | "disk_full"
  | "cannot_start";

/** Why a server was ended, or ended by itself. */
export interface Cause {
  readonly kind: CauseKind;
  readonly detail: string;
}

/** What outlives a child. */
export interface Past {
  /** Of the present or the last child; none has two. */
  readonly epoch: number;
  /** Restarts since the last steady work: they set the back-off. */
  readonly attempt: number;
  /** When those restarts were, as far as they count against the budget. */
  readonly restartsMs: readonly number[];
  readonly wasReady: boolean;
  /** Questions that the server may work on at a time: fewer after it ran out of memory. */
  readonly concurrency: number;
}

export type Supervision =
  | { readonly state: "stopped"; readonly past: Past }
  | { readonly state: "starting"; readonly past: Past; readonly sinceMs: number; readonly deadlineMs: number }
  | {
      readonly state: "ready";
      readonly past: Past;
      readonly sinceMs: number;
      /** The last byte of any question, or when the first of those in flight was asked. */
      readonly aliveMs: number;
      readonly inFlight: number;
      readonly answers: number;
      readonly tokens: number;
      /** 404 in a row. */
      readonly missing: number;
    }
  | {
      readonly state: "suspect";
      readonly past: Past;
      /** What it was before, and is again when it answers. */
      readonly served: Extract<Supervision, { state: "ready" }>;
      readonly inFlight: number;
      readonly sinceMs: number;
      readonly deadlineMs: number;
      readonly cause: Cause;
    }
  | { readonly state: "waiting"; readonly past: Past; readonly untilMs: number; readonly cause: Cause }
  | {
      readonly state: "stopping";
      readonly past: Past;
      readonly deadlineMs: number;
      readonly kills: number;
      readonly next: "stopped" | "recycle" | "again";
      readonly cause: Cause;
    }
  | { readonly state: "failed"; readonly past: Past; readonly cause: Cause };

export type SupervisionEvent =
  /** Somebody has a question. */
  | { readonly type: "wanted" }
  /** The end of the work. */
  | { readonly type: "stop" }
  /** A person wants another server in the place of this one. */
  | { readonly type: "restart"; readonly by: string }
  | { readonly type: "tick" }
  /** This process stood still for so long (SIGSTOP, sleep): nobody was silent then, and what came is yet to be read. */
  | { readonly type: "stood"; readonly ms: number }
  /** `alive`: a byte of a question of ours; `heard`: another run had one, which says nothing of how long ours may take. */
  | { readonly type: "spawned" | "loading" | "answered" | "asked" | "alive" | "heard"; readonly epoch: number }
  | {
      readonly type: "spawn_failed" | "probe_failed" | "exited" | "fault";
      readonly epoch: number;
      readonly cause: Cause;
    }
  /** `doubtful`: the connection failed or was silent too long; `other`: it was answered, whatever the answer is worth. */
  | {
      readonly type: "settled";
      readonly epoch: number;
      readonly result: "answered" | "missing" | "doubtful" | "other";
      readonly tokens: number;
    };

export type Effect = "spawn" | "terminate" | "kill" | "probe";
export type Step = readonly [Supervision, ...Effect[]];

/** Times in milliseconds. */
export interface SupervisionPolicy {
  /** How long the log may stand still while a server loads, and how long loading may take in all. */
  readonly loadMs: number;
  readonly loadMaxMs: number;
  /** The longest silence of all questions together. */
  readonly stallMs: number;
  /** How long a suspect may take for one token. */
  readonly probeMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly killsMax: number;
  readonly backoff: Backoff;
  /** In [0, 1): spreads the restarts of several. */
  readonly jitter: number;
  /** So many restarts in `windowMs`; of a server that was never ready, fewer. */
  readonly restartsMax: number;
  readonly coldRestartsMax: number;
  readonly windowMs: number;
  /** Either of them is steady work, after which earlier restarts are forgotten. */
  readonly steadyMs: number;
  readonly steadyAnswers: number;
  readonly missingMax: number;
  readonly recycleTokens: number;
}
