/** What `doctor` finds: one thing about one part, how bad it is, and what to do. Pure. */

import { codeOf } from "../../core/exit-code.ts";
import type { Problem, ProblemKind } from "../../core/problem.ts";

export const areas = [
  ...(["config", "environment", "database", "journal", "backend", "mlx"] as const),
  ...(["disk", "permission", "pause"] as const),
] as const;
export type Area = (typeof areas)[number];

export interface Finding {
  readonly area: Area;
  /** What was looked at, in one word. */
  readonly check: string;
  readonly level: "ok" | "warning" | "error";
  readonly what: string;
  readonly where: string | null;
  /** A command where there is one; never null where something is wrong. */
  readonly next: string | null;
  /** Of an error: what its exit code is of. */
  readonly kind: ProblemKind | null;
}

/** The findings of one area, as they are made. */
export interface Findings {
  readonly ok: (check: string, what: string, where?: string | null, next?: string | null) => void;
  readonly warn: (check: string, what: string, where: string | null, next: string) => void;
  readonly fail: (check: string, problem: Problem) => void;
  readonly all: readonly Finding[];
}

export function findingsOf(area: Area): Findings {
  const all: Finding[] = [];
  return {
    all,
    ok: (check, what, where = null, next = null) => {
      all.push({ area, check, level: "ok", what, where, next, kind: null });
    },
    warn: (check, what, where, next) => {
      all.push({ area, check, level: "warning", what, where, next, kind: null });
    },
    fail: (check, { kind, message, where, next }) => {
      all.push({ area, check, level: "error", what: message, where, next, kind });
    },
  };
}

/** The worst first: data before what can be set right, and that before what is only for now. */
const ranks: readonly ProblemKind[] = [
  ...(["bad_input", "io", "permission", "not_found", "config", "usage"] as const),
  ...(["cannot_create", "no_backend", "locked"] as const),
];

/** 0, or the code of the worst error. */
export function exitCodeOfFindings(findings: readonly Finding[]): number {
  const kinds = findings.flatMap(({ kind }) => (kind === null ? [] : [kind]));
  const worst = ranks.find((kind) => kinds.includes(kind));
  return worst === undefined ? 0 : codeOf(worst);
}
