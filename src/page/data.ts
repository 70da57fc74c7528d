/** What the page shows, as whoever opens the databases hands it in: the page itself knows no SQLite and no clock. */

import type { Action, LastAsked } from "../store/requests.ts";
import type { SeriesPoint } from "../store/slots.ts";
import type { ChunkFilter, ListedChunk } from "../store/target/list.ts";
import type { BackendsView, ChunkView, DescriptionsView, FailuresView, SettingView } from "./detail.ts";

/** The one word of the head line. `idle`: nobody works here, and nothing is left; `none`: nothing ever ran. */
export type Activity =
  | "working"
  | "paused"
  | "waiting_for_model"
  | "waiting_for_database"
  | "finished"
  | "stopped"
  | "failed"
  | "crashed"
  | "none";

/** A run goes on, at work or waiting. */
export const atWork: ReadonlySet<Activity> = new Set([
  "working",
  "waiting_for_model",
  "waiting_for_database",
  "paused",
]);

export interface Headline {
  readonly activity: Activity;
  /** ISO 8601; null where nothing ever ran. */
  readonly since: string | null;
  /** In words, for people; "" where there is nothing to add. */
  readonly why: string;
}

export interface Overview {
  readonly headline: Headline;
  /** Null while it is being counted for the first time. */
  readonly stats: StatsView | null;
  /** How old the counts are, in milliseconds. */
  readonly countedAgoMs: number | null;
  readonly eta: { readonly seconds: number; readonly basis: string } | null;
  readonly isPaused: boolean;
  /** A run has a model server that is ours. */
  readonly canRestart: boolean;
  readonly requests: readonly LastAsked[];
  readonly files: readonly FileView[];
}

/** The part of `enrichd stats --json` that the page reads; the API passes on all of it. */
export interface StatsView {
  readonly db: string;
  readonly total_chunks: number;
  readonly enrichable: number;
  readonly enriched: number;
  readonly remaining: number;
  readonly percent: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly coverage: Readonly<Record<string, number>>;
  readonly by_intent: Readonly<Record<string, number>>;
  readonly by_project: Readonly<Record<string, number>>;
  readonly by_backend: Readonly<Record<string, number>>;
  readonly by_failure: Readonly<Record<string, { readonly waiting: number; readonly quarantined: number }>>;
  readonly latest_run: Readonly<Record<string, unknown>> | null;
  readonly backends: readonly BackendView[];
}

export interface BackendView {
  readonly name: string;
  readonly state: string;
  readonly last_failure: { readonly kind: string; readonly detail: string; readonly at: string } | null;
  readonly restarts: number;
}

export interface FileView {
  readonly what: "database" | "journal";
  readonly path: string;
  readonly bytes: number;
  readonly walBytes: number;
}

export const ranges = { "10m": 600, "1h": 3_600, "24h": 86_400, all: null } as const;
export type Range = keyof typeof ranges;

/** Something that happened at one moment, to stand on the time axis. */
export interface Mark {
  readonly atMs: number;
  readonly event: string;
  readonly text: string;
}

export interface Series {
  readonly range: Range;
  readonly stepS: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: readonly SeriesPoint[];
  readonly marks: readonly Mark[];
}

/** Of all time; the quantiles since the last full hour. */
export interface Totals {
  readonly questions: readonly { readonly backend: string; readonly kind: string | null; readonly n: number }[];
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly tokensCached: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface ChunkPage {
  readonly rows: readonly ListedChunk[];
  /** The rowid to go on below; null at the end. */
  readonly next: number | null;
  /** False where the look ended for its time, and more may be further down. */
  readonly isComplete: boolean;
}

/** Which failures are to be tried again. */
export type Wanted = { readonly ids: readonly string[] } | { readonly kind: string } | "all";

/** Each function reads what is there now. */
export interface PageData {
  readonly overview: () => Promise<Overview>;
  readonly totals: () => Promise<Totals>;
  readonly series: (range: Range) => Promise<Series>;
  readonly chunks: (filter: ChunkFilter, before: number | null) => Promise<ChunkPage>;
  /** All of `enrichd stats --json`; null while it is counted for the first time. */
  readonly stats: () => object | null;
  /** Null where there is no such chunk. */
  readonly chunk: (id: string) => Promise<ChunkView | null>;
  readonly failures: (kind: string | null, offset: number) => Promise<FailuresView>;
  readonly descriptions: () => Promise<DescriptionsView>;
  readonly backends: () => Promise<BackendsView>;
  /** Of the process that shows the page. */
  readonly settings: readonly SettingView[];
  /** Gives what came of it, in words. */
  readonly retry: (wanted: Wanted) => Promise<string>;
  /** Gives how many runs are told; 0 where none goes on, null where one does and cannot do it. */
  readonly act: (action: Action, askedBy: string) => Promise<number | null>;
}
