/** The target as a run reads and writes it: each wait for its locks has its own patience. It decides nothing about chunks. */

import type { ApplierParts } from "../pipeline/apply.ts";
import type { Reads } from "../pipeline/source.ts";
import type { Waiting } from "../store/lock.ts";
import type { RunParts } from "./daemon.ts";
import type { Opened } from "./open.ts";
import { readTarget } from "./read-target.ts";
import { watchLock } from "./watch-lock.ts";
import { watchPause } from "./watch-pause.ts";
import { writeTarget } from "./write-target.ts";

type Waits = Pick<RunParts, "clock" | "random" | "report">;

export function patient(
  { clock, random, report }: Waits,
  file: string,
  timeoutMs: number | (() => number),
  signal: AbortSignal,
): Waiting {
  const patience = typeof timeoutMs === "number" ? () => timeoutMs : timeoutMs;
  return watchLock({ file, clock, random, timeoutMs: patience, signal, report: report.emit });
}

export interface TargetSide {
  readonly reads: Reads;
  readonly write: ApplierParts["write"];
  /** From now on a lock, or a pause, is waited for no longer than this. */
  readonly hurry: (timeoutMs: number) => void;
}

interface SideParts {
  readonly parts: RunParts;
  readonly opened: Opened;
  readonly stopping: AbortSignal;
  readonly aborting: AbortSignal;
}

export function targetSide({ parts, opened, stopping, aborting }: SideParts): TargetSide {
  const { clock, report, settings } = parts;
  const { path } = opened.targetFile;
  // A lock that lasts is waited for while there is work; at the end, patience has a bound.
  let patienceMs = Number.POSITIVE_INFINITY;
  const patience = (): number => patienceMs;
  const pause = watchPause({
    file: opened.target.layout === "own" ? null : settings.pauseFile,
    ...{ clock, timeoutMs: patience, signal: aborting, report: report.emit },
  });
  return {
    reads: readTarget(opened, patient(parts, path, Number.POSITIVE_INFINITY, stopping)),
    write: writeTarget({ ...{ opened, clock, pause }, waiting: patient(parts, path, patience, aborting) }),
    hurry: (timeoutMs) => {
      patienceMs = timeoutMs;
    },
  };
}
