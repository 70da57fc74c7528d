/**
 * Opens a database to read it and never to write: as it is shared with others where that works, else as a snapshot of
 * the file. Whoever gets a snapshot says so, since what stands only in the WAL is not seen in it.
 */

import { Problem, type ProblemKind } from "../core/problem.ts";
import { type Connection, openDatabase } from "./database.ts";
import type { Waiting } from "./lock.ts";

/** How long another program's exclusive lock is waited for, in milliseconds: what reads wants an answer now. */
const patienceMs = 2_000;

/** A read-only file or folder, in which SQLite cannot make the WAL's index; or a lock that also keeps readers out. */
const readAround: ReadonlySet<ProblemKind> = new Set(["locked", "permission", "cannot_create"]);

export interface Reading {
  readonly file: Connection;
  readonly snapshot: boolean;
}

/** Throws a Problem as openDatabase does, and none for a lock. */
export async function openForReading(path: string, waiting: Waiting): Promise<Reading> {
  try {
    return { file: await openShared(path, waiting), snapshot: false };
  } catch (error) {
    if (!(error instanceof Problem && readAround.has(error.kind))) throw error;
    const file = await openDatabase(path, "snapshot", waiting).catch(() => null);
    // Not readable either way: the first answer says why.
    if (file === null) throw error;
    return { file, snapshot: true };
  }
}

async function openShared(path: string, waiting: Waiting): Promise<Connection> {
  const enough = new AbortController();
  const locked = new Problem("locked", "another program holds the lock", path, "end it or wait, then try again");
  const { clock, random, timeoutMs, onReleased } = waiting;
  const signals = waiting.signal === undefined ? [enough.signal] : [waiting.signal, enough.signal];
  const onWait = (waitedMs: number): void => {
    if (waitedMs >= patienceMs) enough.abort(locked);
    else waiting.onWait?.(waitedMs);
  };
  const hasReleased = onReleased === undefined ? {} : { onReleased };
  return openDatabase(path, "read", {
    ...{ clock, random, timeoutMs, onWait, signal: AbortSignal.any(signals) },
    ...hasReleased,
  });
}
