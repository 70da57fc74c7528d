/** Doctor's look at the database: found, readable, of which layout, whole, and in whose hands. It only reads. */

import type { Clock, Random } from "../../core/clock.ts";
import { count, plural, size } from "../../core/format.ts";
import { Problem } from "../../core/problem.ts";
import { openProblem } from "../../store/database.ts";
import { requireWritable } from "../../store/file.ts";
import { countChunks, fileFacts, sizeOf } from "../../store/inspect.ts";
import { isBusy } from "../../store/lock.ts";
import type { Holder } from "../../store/lock-holders.ts";
import { quickCheck } from "../../store/quick-check.ts";
import { openForReading, type Reading } from "../../store/read-only.ts";
import { everything, type Layout, openTarget, type Target } from "../../store/target.ts";
import { findHolders } from "../find-holders.ts";
import { type Finding, type Findings, findingsOf } from "./finding.ts";

export interface DatabaseParts {
  readonly path: string;
  /** How it was found: a flag, a variable, the config file, or its place. */
  readonly foundBy: string;
  readonly clock: Clock;
  readonly random: Random;
}

const layouts = {
  own: "a database of our own",
  "brainlayer-1": "a BrainLayer database of the older generation",
  "brainlayer-2": "a BrainLayer database of the current generation",
} as const;

/** Of each of the slow looks, in milliseconds. */
const pendingMs = 1_500;
export const checkMs = 3_000;
/** A log of this size is read through by every reader, and filled by somebody who keeps an old state open. */
const walBytesMax = 256e6;
/** Without WAL the check would keep every writer out for as long as it reads. */
const checkedBytesMax = 100e6;

export interface ExaminedDatabase {
  readonly findings: readonly Finding[];
  /** For those who look at what is around it; null where there is none to open. */
  readonly path: string | null;
  readonly layout: Layout | null;
}

export async function examineDatabase(parts: DatabaseParts): Promise<ExaminedDatabase> {
  const found = findingsOf("database");
  const { path, clock, random } = parts;
  let layout: Layout | null = null;
  try {
    const reading = await openForReading(path, { clock, random, timeoutMs: 0 });
    const real = reading.file.path;
    try {
      found.ok("found", `${size(sizeOf(real) ?? 0)}, found by ${parts.foundBy}`, real);
      const target = openTarget(reading.file);
      layout = target.layout;
      await examine(parts, reading, target, found);
    } catch (error) {
      if (!isBusy(error)) throw error;
      await tellLocked(real, "it became locked while it was looked at", found);
    } finally {
      reading.file.close();
    }
    return { findings: found.all, path: real, layout };
  } catch (error) {
    const problem = openProblem(error, path);
    if (!(problem instanceof Problem)) throw error;
    found.fail("open", problem);
    return { findings: found.all, path: null, layout };
  }
}

async function examine(
  { clock }: DatabaseParts,
  { file, snapshot }: Reading,
  target: Target,
  found: Findings,
): Promise<void> {
  const { db, path } = file;
  const isWritable = writable(path, found);
  if (snapshot && isWritable)
    await tellLocked(path, "it is locked: only what its file holds without its WAL was read", found);
  if (snapshot && !isWritable) found.ok("lock", "not asked: a file that cannot be written cannot be locked", path);
  if (!snapshot) tellHolders(path, await findHolders(path), found);
  const pending = await countPending(target, clock);
  const next = pending.n > 0 ? "enrichd run" : null;
  const atLeast = pending.isAll ? "" : "at least ";
  found.ok("layout", layouts[target.layout], path);
  found.ok("chunks", `${plural(countChunks(db), "chunk")}, ${atLeast}${count(pending.n)} pending`, path, next);
  const facts = fileFacts(db);
  if (!snapshot) examineFile(path, facts, found);
  examineFullText(path, facts, found);
  if (snapshot) found.ok("integrity", "not checked: it could not be locked", path, checkCommand(path));
  else await checkIntegrity(path, facts.journalMode, clock, found);
}

function writable(path: string, found: Findings): boolean {
  try {
    requireWritable(path);
    found.ok("writable", "the file and its folder can be written", path);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    found.fail("writable", error);
    return false;
  }
}

async function tellLocked(path: string, what: string, found: Findings): Promise<void> {
  const names = (await findHolders(path)).map(named).join(", ");
  const who = names === "" ? "" : `, held by ${names}`;
  found.warn(
    "lock",
    `${what}${who}`,
    path,
    names === "" ? `lsof '${path}'` : "wait, or end that program; a run waits by itself",
  );
}

const named = ({ pid, name }: Holder): string => `${name ?? "a process"} (pid ${pid})`;

function tellHolders(path: string, holders: readonly Holder[], found: Findings): void {
  const verb = holders[0]?.has === "lock" ? "locked at this moment by" : "open in";
  const who = `${verb} ${holders.map(named).join(", ")}`;
  found.ok("lock", holders.length === 0 ? "nobody holds a lock" : who, path);
}

async function countPending(target: Target, clock: Clock): Promise<{ n: number; isAll: boolean }> {
  const untilMs = clock.nowMs() + pendingMs;
  let n = 0;
  for (let before: number | null = null; clock.nowMs() < untilMs; ) {
    const page = target.countPage(everything, before);
    n += page.count;
    if (page.next === null) return { n, isAll: true };
    before = page.next;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { n, isAll: false };
}

function examineFile(path: string, facts: ReturnType<typeof fileFacts>, found: Findings): void {
  const { journalMode, pages, freePages, pageBytes } = facts;
  const why = journalMode === "wal" ? "" : ": readers and writers keep each other out, and a run waits for them";
  found.ok("journal_mode", `${journalMode}${why}`, path);
  const walBytes = sizeOf(`${path}-wal`) ?? 0;
  if (walBytes <= walBytesMax) found.ok("wal", size(walBytes), `${path}-wal`);
  else
    found.warn(
      "wal",
      `${size(walBytes)}: a program keeps an old state open, or was killed`,
      `${path}-wal`,
      walCommand(path),
    );
  found.ok("free_pages", `${size(freePages * pageBytes)} of ${size(pages * pageBytes)} are free`, path);
}

const walCommand = (path: string): string =>
  `close the programs that use it, then: sqlite3 '${path}' 'PRAGMA wal_checkpoint(TRUNCATE)'`;
const checkCommand = (path: string): string => `sqlite3 '${path}' 'PRAGMA quick_check'`;

function examineFullText(path: string, { fts5Tables, hasFts5 }: ReturnType<typeof fileFacts>, found: Findings): void {
  const indexes = `${count(fts5Tables)} full-text ${fts5Tables === 1 ? "index" : "indexes"}`;
  const what = `this enrichd has no FTS5, and the database has ${indexes} that need it`;
  if (hasFts5) found.ok("fts5", `FTS5 is there, for ${indexes}`, path);
  else if (fts5Tables > 0) found.fail("fts5", new Problem("config", what, path, "use the binary that was released"));
}

async function checkIntegrity(path: string, journalMode: string, clock: Clock, found: Findings): Promise<void> {
  const isKeptOut = journalMode !== "wal" && (sizeOf(path) ?? 0) > checkedBytesMax;
  if (isKeptOut) found.ok("integrity", "not checked: without WAL it would keep writers out", path, checkCommand(path));
  else tellIntegrity(path, await quickCheck(path, checkMs, clock), found);
}

/** Also of the journal. */
export function tellIntegrity(path: string, said: string | null, found: Findings, mend = recoverCommand(path)): void {
  const seconds = checkMs / 1_000;
  if (said === "ok") found.ok("integrity", "the quick check finds no damage", path);
  else if (said === null) found.ok("integrity", `not finished: no damage in ${seconds} s`, path, checkCommand(path));
  else if (said.startsWith("not checked")) found.warn("integrity", said, path, checkCommand(path));
  else found.fail("integrity", new Problem("bad_input", `damaged: ${said}`, path, mend));
}

const recoverCommand = (path: string): string =>
  `restore it from a copy, or: sqlite3 '${path}' .recover | sqlite3 recovered.db`;
