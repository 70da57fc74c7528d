/** What a run is told: all that the command line, the environment and the configuration decide of it. */

import type { Backoff } from "../core/backoff.ts";
import type { QualityMode } from "../core/choices.ts";
import type { GatePolicy } from "../pipeline/gate-policy.ts";
import type { Selection } from "../store/target.ts";
import type { Paths } from "./open.ts";

export interface RunSettings {
  readonly paths: Paths;
  readonly selection: Selection;
  /** Infinity without `--max`. */
  readonly questionsMax: number;
  /** The most of them where `isParallelAuto`. */
  readonly parallel: number;
  readonly isParallelAuto: boolean;
  readonly attemptsMax: number;
  readonly crashesMax: number;
  readonly backoff: Backoff;
  readonly gate: GatePolicy;
  readonly withContext: boolean;
  /** What becomes of answers that are worth little. */
  readonly quality: QualityMode;
  readonly watch: boolean;
  readonly answersMax: number;
  readonly lockTimeoutMs: number;
  /** Where BrainLayer asks for a pause; null where that cannot be known. */
  readonly pauseFile: string | null;
  /** For tests: how long a run may be silent until its claims are given up. */
  readonly leaseMs?: number;
}
