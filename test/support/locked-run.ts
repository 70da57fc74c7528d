/** The binary at work on a target that another process locks for as long as asked, and what came of it. */

import type { RunEvent } from "../../src/core/event.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone, ended } from "./alone.ts";
import { jsonLines } from "./json-lines.ts";
import { holdLock } from "./locker.ts";
import { enrichedIn, newTarget, rowsOf } from "./target.ts";

export interface LockedRun {
  readonly rows: number;
  readonly heldMs: number;
  readonly latencyMs: number;
  readonly answersMax: number;
}

export interface LockedOutcome {
  readonly code: number;
  readonly events: readonly RunEvent[];
  readonly enriched: number;
  /** Questions that came while the target was locked. */
  readonly askedUnderLock: number;
  readonly askedAtRelease: number;
  /** Rows that were written while it was. */
  readonly writtenUnderLock: number;
  readonly writtenAtRelease: number;
  /** From the release until all that had been answered by then was in the target. */
  readonly caughtUpMs: number;
  /** Texts that were asked about more than once. */
  readonly askedAgain: number;
}

export async function runUnderLock({ rows, heldMs, latencyMs, answersMax }: LockedRun): Promise<LockedOutcome> {
  const db = newTarget(rowsOf(rows));
  const server = await startModelServer({ latencyMs });
  const child = alone().start("run", "--json", "--db", db, "--url", server.url, "--answers-max", String(answersMax));
  const ending = ended(child);
  while (enrichedIn(db) < 20) await Bun.sleep(10);
  const lock = await holdLock(db);
  const [askedAtLock, writtenAtLock] = [server.counts.questions, enrichedIn(db)];
  await Bun.sleep(heldMs);
  const [askedAtRelease, answeredAtRelease] = [server.counts.questions, server.counts.answered];
  const writtenAtRelease = enrichedIn(db);
  await lock.release();
  const releasedMs = performance.now();
  while (enrichedIn(db) < answeredAtRelease) await Bun.sleep(10);
  const caughtUpMs = performance.now() - releasedMs;
  const { code, out } = await ending;
  server.stop();
  return {
    ...{ code, events: jsonLines(out), enriched: enrichedIn(db), caughtUpMs, askedAtRelease, writtenAtRelease },
    askedUnderLock: askedAtRelease - askedAtLock,
    writtenUnderLock: writtenAtRelease - writtenAtLock,
    askedAgain: [...server.asked.values()].filter((times) => times > 1).length,
  };
}
