/** Looks at a path before SQLite does, so that a wrong one gets a plain answer and never becomes a new empty file. */

import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errorCode } from "../core/error-code.ts";
import { Problem } from "../core/problem.ts";

const magic = "SQLite format 3\0";
const hint = "name a SQLite database with --db, or make one with `enrichd import PATH`";

/** The real absolute path of a database file; throws a Problem when it is not one. `creating` allows none and empty. */
export function inspectFile(path: string, creating: boolean): string {
  if (path === "") throw new Problem("usage", "the path of the database is empty", "--db", hint);
  const absolute = resolve(path);
  const kind = look(absolute);
  if (kind === "absent") {
    if (creating) return absolute;
    throw new Problem("not_found", "there is no such file", absolute, hint);
  }
  if (kind === "other") throw new Problem("bad_input", "this is not a file", absolute, hint);
  const head = readHead(absolute);
  if (head === "" && creating) return absolute;
  if (head === "") throw new Problem("bad_input", "the file is empty", absolute, hint);
  if (head !== magic) throw new Problem("bad_input", "this file is not a SQLite database", absolute, hint);
  return realpathSync(absolute);
}

/** Throws a Problem where the file cannot be written, or its folder, in which SQLite keeps a WAL or a journal. */
export function requireWritable(path: string): void {
  for (const place of [path, dirname(path)]) {
    try {
      accessSync(place, constants.W_OK);
    } catch {
      const next = "give yourself write permission on the file and its folder, or work on a copy";
      throw new Problem("permission", "not writable", place, next);
    }
  }
}

/** Which file this is, whatever its name: device and inode. */
export function fileMark(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

/**
 * Throws a Problem once `path` no longer names the file that has `mark`: what is written now would be in a file that
 * nobody sees. It looks at the name only: opening and closing the file would drop SQLite's own locks on it (POSIX).
 */
export function requireSameFile(path: string, mark: string): void {
  const now = markNow(path);
  if (now === mark) return;
  throw movedProblem(path, now === null ? "was deleted or moved away" : "was replaced by another file");
}

/** As fileMark; null when nothing is there. */
export function markNow(path: string): string | null {
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  return now === undefined ? null : `${now.dev}:${now.ino}`;
}

export function movedProblem(path: string, what: string): Problem {
  return new Problem(
    "io",
    `the database ${what} while it was worked on; nothing more was written`,
    path,
    "put it where it should be, then run again: what was answered is kept in the journal, and is not asked again",
  );
}

function look(path: string): "absent" | "file" | "other" {
  try {
    return statSync(path).isFile() ? "file" : "other";
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return "absent";
    throw denied(error, path);
  }
}

function readHead(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const head = Buffer.alloc(magic.length);
      return head.toString("latin1", 0, readSync(file, head, 0, head.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw denied(error, path);
  }
}

function denied(error: unknown, path: string): unknown {
  if (["EACCES", "EPERM"].includes(errorCode(error)))
    return new Problem("permission", "not readable", path, "give yourself read permission on the file and its folder");
  return error;
}
