/** What stops a command: a kind (which decides the exit code) and a message of three parts: what, where, what next. */

export type ProblemKind =
  | "usage"
  | "bad_input"
  | "not_found"
  | "no_backend"
  | "cannot_create"
  | "io"
  | "locked"
  | "permission"
  | "config";

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** The file, flag or address it is about. */
  readonly where: string;
  /** One step that a person can take, a command where there is one. */
  readonly next: string;

  constructor(kind: ProblemKind, what: string, where: string, next: string) {
    super(what);
    this.name = "Problem";
    this.kind = kind;
    this.where = where;
    this.next = next;
  }
}
