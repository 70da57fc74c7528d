/** A run as the journal knows it: started, kept alive, its events kept, and ended with its claims given back. */

import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import { createScrubber } from "../privacy/scrubber.ts";
import type { Asker } from "../store/claims.ts";
import type { Connection } from "../store/database.ts";
import { adoptDue } from "../store/due.ts";
import { type Ledger, ledgerOf, sharedTransactions, type Write } from "../store/ledger.ts";
import type { Waiting } from "../store/lock.ts";
import { type Asked, type Pause, pauseOf, takeRequests } from "../store/requests.ts";
import {
  leaseMs as defaultLeaseMs,
  endRun,
  type RunState,
  recordEvent,
  recoverRuns,
  renewLease,
  reviveRun,
  runningRuns,
  startRun,
} from "../store/runs.ts";
import { scrubbed } from "../store/scrubbed.ts";
import { dropOldSlots } from "../store/slots.ts";
import { beatsPerLease, watchOwners } from "./owners.ts";
import { isRunning, thisProcess } from "./process.ts";

export interface SessionParts {
  readonly journal: Connection;
  readonly waiting: Waiting;
  readonly asker: Asker;
  readonly model: string;
  /** The target has no place for fields of people's own. */
  readonly keepsExtra?: boolean;
  readonly clock: Clock;
  /** The journal cannot be written any more: the run must end, since no answer would be durable. */
  readonly onFailure: (error: unknown) => void;
  /** What other runs have left behind was taken over: claims that are free again, verdicts to be written. */
  readonly onTakeover: () => void;
  readonly leaseMs?: number | undefined;
}

export interface Session {
  readonly runId: number;
  readonly ledger: Ledger;
  /** Takes secrets out of a text; the session counts them with what is saved next. */
  readonly scrub: (text: string) => string;
  readonly keep: (event: RunEvent) => void;
  /** What people asked of this run since it was last called, and whether all runs are to pause. */
  readonly hear: () => Promise<Heard>;
  readonly end: (state: RunState, reason: string) => Promise<void>;
}

export interface Heard {
  readonly pause: Pause | null;
  readonly asked: readonly Asked[];
}

export async function startSession(parts: SessionParts): Promise<Session> {
  const { journal, clock, onFailure, leaseMs = defaultLeaseMs } = parts;
  const { db } = journal;
  const scrubber = createScrubber();
  const plainly = sharedTransactions(journal, parts.waiting);
  const lostOf = watchOwners(clock, isRunning, leaseMs);
  const owner = await thisProcess();
  const lost = await lostOf(await plainly(() => runningRuns(db)));
  const runId = await plainly(() => {
    recoverRuns(db, lost, clock.wallMs(), leaseMs);
    const run = { owner, asker: parts.asker, model: parts.model, wallMs: clock.wallMs() };
    const id = startRun(db, run, leaseMs);
    adoptDue(db, id);
    dropOldSlots(db, clock.wallMs());
    return id;
  });
  const write: Write = (step) =>
    plainly(() => {
      reviveRun(db, runId, clock.wallMs(), leaseMs);
      return step();
    });
  const ended = new AbortController();

  async function beat(): Promise<void> {
    for (;;) {
      await clock.sleep(leaseMs / beatsPerLease, ended.signal);
      if (ended.signal.aborted) return;
      const others = await write(() => {
        renewLease(db, runId, clock.wallMs(), leaseMs);
        return runningRuns(db).filter(({ id }) => id !== runId);
      });
      const lost = await lostOf(others);
      const taken = await write(() => recoverRuns(db, lost, clock.wallMs(), leaseMs) + adoptDue(db, runId));
      if (taken > 0) parts.onTakeover();
    }
  }
  const beating = beat().catch(onFailure);

  return {
    runId,
    scrub: scrubber.scrub,
    ledger: ledgerOf(journal, { runId, write, scrubber, keepsExtra: parts.keepsExtra }),
    keep: ({ event, ...data }) => {
      const clean = scrubbed(data, scrubber);
      write(() => recordEvent(db, runId, clock.wallMs(), event, clean)).catch(onFailure);
    },
    hear: () => write(() => ({ pause: pauseOf(db), asked: takeRequests(db, runId, clock.wallMs()) })),
    end: async (state, reason) => {
      ended.abort();
      await beating;
      await write(() => endRun(db, runId, state, reason, clock.wallMs()));
    },
  };
}
