/** The exit codes that tell causes apart (the contract's, sysexits where one fits). Pure. */

import type { ProblemKind } from "./problem.ts";

export const exitCodes = {
  done: 0,
  bug: 1,
  /** Done, but some chunks were given up. */
  quarantine: 3,
  interrupted: 130,
  terminated: 143,
} as const;

const codes: Readonly<Record<ProblemKind, number>> = {
  usage: 2,
  bad_input: 65,
  not_found: 66,
  no_backend: 69,
  cannot_create: 73,
  io: 74,
  locked: 75,
  permission: 77,
  config: 78,
};

export const codeOf = (kind: ProblemKind): number => codes[kind];
