/** What the single views show, as it is handed in: one chunk, the failures, the descriptions, the backends. */

import type { BackendView } from "./data.ts";

export interface NeighbourView {
  readonly id: string;
  readonly position: number | null;
  readonly excerpt: string;
}

export interface AttemptView {
  readonly at: string;
  readonly kind: string;
  readonly detail: string;
  readonly backend: string;
  readonly model: string;
  readonly promptVersion: string;
  readonly durationMs: number;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly question: string | null;
  readonly raw: string | null;
}

export interface ChunkView {
  readonly id: string;
  readonly state: string;
  /** Names and values that its columns hold. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly failure: { readonly kind: string; readonly detail: string; readonly retryAt: string | null } | null;
  readonly content: string;
  readonly neighbours: readonly NeighbourView[];
  readonly description: readonly (readonly [name: string, value: string | readonly string[]])[];
  /** Null where it is not to be asked about. */
  readonly question: string | null;
  readonly promptVersion: string;
  readonly attempts: readonly AttemptView[];
}

export interface FailuresView {
  readonly kinds: readonly {
    readonly kind: string;
    readonly waiting: number;
    readonly quarantined: number;
    readonly latest: { readonly id: string; readonly detail: string | null; readonly at: string | null };
  }[];
  readonly total: number;
  readonly chunks: readonly {
    readonly id: string;
    readonly state: string;
    readonly kind: string;
    readonly detail: string | null;
    readonly failedAt: string | null;
  }[];
  readonly nextOffset: number | null;
}

export interface DescriptionsView {
  /** How many of the latest described chunks were looked at. */
  readonly looked: number;
  readonly tags: readonly (readonly [tag: string, n: number])[];
  readonly importance: readonly (readonly [importance: string, n: number])[];
  readonly sample: readonly {
    readonly id: string;
    readonly summary: string;
    readonly tags: readonly string[];
    readonly importance: number | null;
    readonly intent: string | null;
    readonly backend: string | null;
    readonly enrichedAt: string | null;
    readonly excerpt: string;
  }[];
}

export interface BackendsView {
  readonly backends: readonly BackendView[];
  /** Of the latest run. */
  readonly model: string | null;
  readonly events: readonly { readonly at: string; readonly text: string }[];
  /** Model servers that runs on this machine have started. */
  readonly servers: readonly {
    readonly command: string;
    readonly model: string;
    readonly port: number;
    /** Null when it does not run. */
    readonly pid: number | null;
    readonly memoryBytes: number | null;
    readonly log: string;
    readonly tail: readonly string[];
  }[];
}

export interface SettingView {
  readonly name: string;
  /** As it is written; a secret is only said to be set. */
  readonly value: string;
  /** A flag, a variable, the path of the config file, or `default`; null where it is not set. */
  readonly from: string | null;
}
