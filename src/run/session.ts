/** A run as the journal knows it: started, kept alive, its events kept, and ended with its claims given back. */

import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Asker } from "../store/claims.ts";
import type { Connection } from "../store/database.ts";
import { type Ledger, ledgerOf, sharedTransactions } from "../store/ledger.ts";
import type { Waiting } from "../store/lock.ts";
import { endRun, type RunState, recordEvent, recoverRuns, renewLease, startRun } from "../store/runs.ts";
import { isAlive } from "./process.ts";

export interface SessionParts {
  readonly journal: Connection;
  readonly waiting: Waiting;
  readonly asker: Asker;
  readonly model: string;
  readonly clock: Clock;
  /** The journal cannot be written any more: the run must end, since no answer would be durable. */
  readonly onFailure: (error: unknown) => void;
}

export interface Session {
  readonly runId: number;
  readonly ledger: Ledger;
  readonly keep: (event: RunEvent) => void;
  readonly end: (state: RunState, reason: string) => Promise<void>;
}

/** Well under the lease, so that a busy moment costs no claim. */
const heartbeatMs = 30_000;

export async function startSession(parts: SessionParts): Promise<Session> {
  const { journal, clock, onFailure } = parts;
  const { db } = journal;
  const write = sharedTransactions(journal, parts.waiting);
  const runId = await write(() => {
    recoverRuns(db, isAlive, clock.wallMs());
    return startRun(db, { pid: process.pid, asker: parts.asker, model: parts.model, wallMs: clock.wallMs() });
  });
  const ended = new AbortController();

  async function beat(): Promise<void> {
    for (;;) {
      await clock.sleep(heartbeatMs, ended.signal);
      if (ended.signal.aborted) return;
      await write(() => {
        renewLease(db, runId, clock.wallMs());
        recoverRuns(db, isAlive, clock.wallMs());
      });
    }
  }
  const beating = beat().catch(onFailure);

  return {
    runId,
    ledger: ledgerOf(journal, write),
    keep: ({ event, ...data }) => {
      write(() => recordEvent(db, runId, clock.wallMs(), event, data)).catch(onFailure);
    },
    end: async (state, reason) => {
      ended.abort();
      await beating;
      await write(() => endRun(db, runId, state, reason, clock.wallMs()));
    },
  };
}
