/**
 * Carries verdicts from the journal to the target: a few rows in a short transaction, then a pause in which others get
 * in. A lock makes it wait, never fail; what it has not written stays due in the journal for the next start.
 */

import { createBell } from "../core/bell.ts";
import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import { rowsAfter } from "../core/hold.ts";
import type { Due } from "../store/due.ts";
import type { Ledger, Settled } from "../store/ledger.ts";
import type { Application, Applied, Chunk } from "../store/target.ts";

export interface ApplierParts {
  readonly ledger: Ledger;
  /** Writes to the target in one transaction, however long its lock lasts. */
  readonly write: (applications: readonly Application[]) => Promise<Written>;
  readonly contentHash: (content: string) => string;
  readonly clock: Clock;
  readonly report: (event: RunEvent) => void;
  /** How many answers may wait; beyond it asking pauses. */
  readonly answersMax: number;
}

export interface Written {
  readonly applied: readonly Applied[];
  /** How long the transaction held the lock. */
  readonly heldMs: number;
}

export interface Applier {
  /** A verdict became due in the journal. */
  readonly wake: () => void;
  /** Verdicts of a run that has ended are ours now. */
  readonly recount: () => void;
  readonly markTooShort: (chunks: readonly Chunk[]) => void;
  /** Resolves when fewer answers wait than `answersMax`, or when the signal fires. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** Writes until nothing is due after `finish`; rejects when the signal fires first. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Nothing more will come. */
  readonly finish: () => void;
}

const yieldMs = 1;
/** Read from the journal, and marked done there, together: a transaction for every few rows would cost more than they do. */
const batchMax = 64;

export function createApplier(parts: ApplierParts): Applier {
  const { ledger, clock } = parts;
  const tooShort: Application[] = [];
  let due = ledger.countDue();
  let rows = 1;
  let finishing = false;
  const [bell, space] = [createBell(), createBell()];

  async function run(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const verdicts = ledger.nextDue(batchMax);
      const shorts = tooShort.splice(0, batchMax - verdicts.length);
      if (verdicts.length + shorts.length > 0) {
        await applyBatch(verdicts, shorts, signal);
        continue;
      }
      due = 0;
      space.ring();
      if (finishing && (await ledger.adoptDue()) > 0) continue;
      if (finishing) return;
      await bell.wait(signal);
      // Whoever rang has a question to send: a transaction now would keep it back for as long as the disk takes.
      await clock.sleep(yieldMs, signal);
    }
  }

  async function applyBatch(verdicts: readonly Due[], shorts: readonly Application[], signal: AbortSignal) {
    const batch = [...verdicts, ...shorts];
    const outcomes: Applied[] = [];
    try {
      while (outcomes.length < batch.length) {
        signal.throwIfAborted();
        const { applied, heldMs } = await parts.write(batch.slice(outcomes.length, outcomes.length + rows));
        outcomes.push(...applied);
        rows = rowsAfter(applied.length, heldMs);
        // Others get in for as long as we were there; below a millisecond a turn of the event loop is that long.
        if (heldMs >= 1) await clock.sleep(heldMs, signal);
        else await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } finally {
      await settle(verdicts.slice(0, outcomes.length), shorts, outcomes);
    }
  }

  async function settle(verdicts: readonly Due[], shorts: readonly Application[], outcomes: readonly Applied[]) {
    const settled: Settled[] = verdicts.map((verdict, i) => [verdict, outcomeOf(outcomes, i)]);
    const ours = settled.length > 0 ? await ledger.settleDue(settled) : [];
    due = Math.max(0, due - verdicts.length);
    if (due < parts.answersMax) space.ring();
    for (const [verdict, outcome] of ours) parts.report(enrichedEvent(verdict, outcome));
    // One that was met on two passes, or that another has marked, is nothing to tell about.
    for (const [i, { chunkId }] of shorts.entries())
      if (outcomes[verdicts.length + i] === "applied")
        parts.report({ event: "chunk.skipped", id: chunkId, reason: "too_short" });
  }

  return {
    wake: () => {
      due++;
      bell.ring();
    },
    recount: () => {
      due = ledger.countDue();
      bell.ring();
    },
    markTooShort: (chunks) => {
      for (const chunk of chunks)
        tooShort.push({
          chunkId: chunk.id,
          contentHash: parts.contentHash(chunk.content),
          verdict: { kind: "too_short" },
        });
      bell.ring();
    },
    room: async (signal) => {
      while (due >= parts.answersMax && !signal.aborted) await space.wait(signal);
    },
    run,
    finish: () => {
      finishing = true;
      bell.ring();
    },
  };
}

function outcomeOf(applied: readonly Applied[], i: number): Applied {
  const outcome = applied[i];
  if (outcome === undefined) throw new Error(`the target gave no outcome for row ${i} of ${applied.length}`);
  return outcome;
}

function enrichedEvent(due: Due, outcome: Applied): RunEvent {
  const { chunkId: id, verdict } = due;
  if (outcome !== "applied") return { event: "chunk.skipped", id, reason: outcome };
  if (verdict.kind !== "enriched")
    return { event: "chunk.quarantined", id, kind: due.failure?.kind ?? "crashed", detail: due.failure?.detail ?? "" };
  return {
    event: "chunk.enriched",
    id,
    backend: verdict.backend,
    model: verdict.model,
    duration_ms: Math.round(due.durationMs),
    tokens_in: due.tokensIn,
    tokens_out: due.tokensOut,
    tokens_cached: due.tokensCached,
    twin: due.twin,
    marks: verdict.marks,
  };
}
