/**
 * The one door to SQLite: opens a connection with its pragmas first and read back, and retries the whole opening under
 * a lock. It knows no table.
 *
 * `busy_timeout` is 0 in a new connection, and a hook that ran later once reset it: so it is the first statement, and is
 * read again after the last. The native wait is short because it stops the event loop (facts on SQLite locks); the long
 * wait is asynchronous, here and in lock.ts.
 */

import { constants, Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { backoffMs } from "../core/backoff.ts";
import { errorCode } from "../core/error-code.ts";
import { Problem } from "../core/problem.ts";
import { inspectFile, movedProblem, requireWritable } from "./file.ts";
import { isBusy, lockedProblem, type Waiting } from "./lock.ts";

/** Milliseconds that SQLite itself may wait, and so stop the event loop, for one statement. */
export const busyTimeoutMs = 20;
/** Waits between openings: 0.5 s doubling to 8 s. At least five attempts, more while `timeoutMs` allows. */
const opening = { baseMs: 500, maxMs: 8_000, attemptsMin: 5 } as const;

/**
 * `create` makes the file where there is none, and turns on WAL: only for databases that are ours.
 * `write` and `read` take what is there and leave its journal mode as found.
 * `snapshot` reads a file that cannot be locked (read-only folder, exclusive lock): its WAL is not seen.
 */
export type OpenMode = "create" | "write" | "read" | "snapshot";

export interface Connection {
  readonly db: Database;
  /** Absolute. */
  readonly path: string;
  readonly close: () => void;
}

/** Opens `path`; throws a Problem that names it when it is missing, not a database, forbidden, or locked too long. */
export async function openDatabase(path: string, mode: OpenMode, waiting: Waiting): Promise<Connection> {
  const absolute = inspectFile(path, mode === "create");
  // SQLite opens a file that it may not write without a word, and the first answer would be the first to know.
  if (mode === "write") requireWritable(absolute);
  const started = waiting.clock.nowMs();
  for (let attempt = 1; ; attempt++) {
    try {
      const connection = openOnce(absolute, mode);
      if (attempt > 1) waiting.onReleased?.(waiting.clock.nowMs() - started);
      return connection;
    } catch (error) {
      if (!isBusy(error)) throw openProblem(error, absolute);
    }
    const waitedMs = waiting.clock.nowMs() - started;
    if (attempt >= opening.attemptsMin && waitedMs >= waiting.timeoutMs)
      throw await lockedProblem(absolute, waitedMs, waiting);
    waiting.onWait?.(waitedMs);
    await waiting.clock.sleep(backoffMs(opening, attempt, waiting.random), waiting.signal);
    waiting.signal?.throwIfAborted();
  }
}

function openOnce(path: string, mode: OpenMode): Connection {
  if (mode === "create") mkdirSync(dirname(path), { recursive: true });
  const db = new Database(...nameAndFlags(path, mode));
  try {
    db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    // The first read of the file: a lock, a crash to recover from, or a file that is no database shows here.
    db.query("PRAGMA schema_version").get();
    if (mode === "create") db.run("PRAGMA journal_mode = WAL");
    // In WAL mode NORMAL survives kill -9; only a power cut may take the last commits back, never corrupt. Without WAL it
    // could corrupt, and a target is left in the mode it is in.
    if (mode === "create" || (mode === "write" && isWal(db))) db.run("PRAGMA synchronous = NORMAL");
    if (mode === "read" || mode === "snapshot") db.run("PRAGMA query_only = 1");
    db.run("PRAGMA mmap_size = 268435456");
    const kept = db.query<{ timeout: number }, []>("PRAGMA busy_timeout").get()?.timeout;
    if (kept !== busyTimeoutMs) throw new Error(`busy_timeout is ${kept}, not ${busyTimeoutMs}, after opening ${path}`);
    return { db, path, close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

const isWal = (db: Database): boolean =>
  db.query<{ journal_mode: string }, []>("PRAGMA journal_mode").get()?.journal_mode === "wal";

/** Flags by number, since only then does Bun pass SQLITE_OPEN_URI on (checked on Bun 1.4.5). */
function nameAndFlags(path: string, mode: OpenMode): [string, number] {
  if (mode === "snapshot") {
    const uri = `file://${path.split("/").map(encodeURIComponent).join("/")}?immutable=1`;
    return [uri, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI];
  }
  if (mode === "read") return [path, constants.SQLITE_OPEN_READONLY];
  return [path, constants.SQLITE_OPEN_READWRITE | (mode === "create" ? constants.SQLITE_OPEN_CREATE : 0)];
}

/** What an opening, a read or a write that failed for good means for a person; anything unknown is rethrown as it is. */
export function openProblem(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT"))
    return new Problem(
      "bad_input",
      `${code === "SQLITE_NOTADB" ? "not a SQLite database" : "the database is damaged"} (${code})`,
      resolve(path),
      "name a SQLite database with --db, or restore this one from a copy",
    );
  if (code === "SQLITE_READONLY_DBMOVED") return movedProblem(path, "was deleted, moved or replaced");
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM") || code === "EACCES" || code === "EPERM")
    return new Problem(
      "permission",
      `not writable (${code})`,
      path,
      "give yourself write permission on the file and its folder",
    );
  if (
    code.startsWith("SQLITE_CANTOPEN") ||
    code === "ENOTDIR" ||
    code === "EEXIST" ||
    code === "EROFS" ||
    code === "ENOENT"
  )
    return new Problem(
      "cannot_create",
      `cannot be opened (${code})`,
      path,
      "check that its folder exists and is writable",
    );
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC")
    return new Problem("io", "the disk is full", path, "make room, then run again: what was answered is kept");
  if (code.startsWith("SQLITE_IOERR"))
    return new Problem("io", `the disk could not be read or written (${code})`, path, "check the disk, then run again");
  return error;
}
