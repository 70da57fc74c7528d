/** The leave to ask one question of one backend, and what is said of how it went. It only names what a gate gives. */

import type { Backend } from "../backends/backend.ts";
import type { Failure } from "../core/failure.ts";

export interface Pass {
  readonly backend: Backend;
  /** What the backend is called in this run. */
  readonly label: string;
  /** The backend gave a sign of life. */
  readonly alive: () => void;
  /** Resolves when nothing else is before the backend, and keeps all others out until the end; false at the signal. */
  readonly alone: (signal: AbortSignal) => Promise<boolean>;
  /** Whether the backend has answered another question since that time, in milliseconds since 1970, or does so now. */
  readonly isProven: (sinceMs: number, signal: AbortSignal) => Promise<boolean>;
  /** When it last did; null if never. */
  readonly succeededAtMs: () => number | null;
  readonly settle: (failure: Failure | null, how?: Ended) => void;
  /** Ended with neither, by a stop or for lack of work. */
  readonly abandon: () => void;
  readonly standing: () => Standing;
  /** A failure counted against this content. */
  readonly blamed: (hash: string) => void;
}

export interface Ended {
  /** The failure is the chunk's, whatever its kind says. */
  readonly isOurs?: boolean;
  /** What it has brought, in tokens where they are known; 0 for nothing. */
  readonly work?: number;
}

/** `sick`: it fails nearly all chunks, so that no failure tells on one of them. */
export type Standing = "steady" | "sick" | "given-up";

/** `isDown`: another backend should do the work meanwhile. Infinity waits for the bell. */
export interface Closed {
  readonly isDown: boolean;
  readonly waitMs: number;
}

export interface Gate {
  readonly backend: Backend;
  readonly label: string;
  /** Null once it was given up. */
  readonly tryEnter: () => Pass | Closed | null;
  readonly givenUp: () => Failure | null;
  /** It has failed, and not answered since. */
  readonly isFailing: () => boolean;
}
