/**
 * The loop: slots that each take one chunk at a time from the source, as fast as the gate and the journal let them, until
 * nothing can come any more. Writing answers to the target is the applier's work, so a locked target never holds a slot.
 */

import { type Bell, createBell, ringWithin } from "../core/bell.ts";
import type { Failure } from "../core/failure.ts";
import { type ChunkParts, type ChunkPolicy, enrichChunk } from "./enrich-chunk.ts";
import type { Pass } from "./pass.ts";
import type { Source, Wait, Work } from "./source.ts";

export interface EnrichParts extends ChunkParts {
  readonly source: Source;
  /** Resolves when the journal has room for more answers. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  readonly policy: ChunkPolicy & { readonly parallel: number };
  /** Whether others have written since the last call, so that there may be more; null ends when nothing is left. */
  readonly changed: (() => boolean) | null;
}

export type Ending =
  | { readonly reason: "finished" | "stopped" }
  | { readonly reason: "gave_up"; readonly failure: Failure };

/** How often `changed` is asked while somebody waits, and how soon the pending chunks may be gone through again. */
const look = { everyMs: 250, passMs: 1_000 } as const;

/** Runs until nothing is left, a stop is asked for, or the backend is given up. */
export async function enrich(parts: EnrichParts): Promise<Ending> {
  const flights: Flights = { count: 0, idle: 0, more: createBell() };
  const failing = new AbortController();
  const all = { ...parts, stopping: AbortSignal.any([parts.stopping, failing.signal]) };
  // A read that waits for a lock ends with the stop, which is no failure.
  const onError = (error: unknown): void => {
    if (!parts.stopping.aborted || error !== parts.stopping.reason) failing.abort(error);
  };
  const slots = Array.from({ length: parts.policy.parallel }, () => slot(all, flights).catch(onError));
  const over = new AbortController();
  const watching = parts.changed === null ? null : watch(all, parts.changed, flights, over.signal).catch(onError);
  await Promise.all(slots);
  over.abort();
  await watching;
  failing.signal.throwIfAborted();
  await parts.source.close();
  const failure = parts.lineup.givenUp();
  if (failure !== null) return { reason: "gave_up", failure };
  return { reason: parts.stopping.aborted ? "stopped" : "finished" };
}

interface Flights {
  count: number;
  /** Slots that wait for more. */
  idle: number;
  /** Rings when a question settles, since its chunk may be due for a retry, and when others have added something. */
  readonly more: Bell;
}

/** While slots are idle: has the chunks gone through again after a change, and leaves the disk alone without one. */
async function watch(parts: EnrichParts, changed: () => boolean, flights: Flights, over: AbortSignal): Promise<void> {
  const { clock, source, stopping } = parts;
  const ended = AbortSignal.any([stopping, over]);
  let news = false;
  let passedMs = clock.nowMs();
  for (;;) {
    await clock.sleep(look.everyMs, ended);
    if (ended.aborted) return;
    if (flights.idle === 0) continue;
    news = changed() || news;
    if (!news || clock.nowMs() - passedMs < look.passMs) continue;
    news = false;
    passedMs = clock.nowMs();
    source.rewind();
    flights.more.ring();
  }
}

async function slot(parts: EnrichParts, flights: Flights): Promise<void> {
  const { lineup, source, stopping } = parts;
  while (!stopping.aborted) {
    await parts.room(stopping);
    const pass = await lineup.enter(stopping);
    if (pass === null) return;
    const next = await source.next();
    if (stopping.aborted || !("work" in next)) pass.abandon();
    if ("work" in next) {
      if (stopping.aborted) await parts.ledger.release([next.work.hash], parts.runId, parts.clock.wallMs());
      else await fly(parts, flights, next.work, pass);
    } else if (!(await waitForMore(parts, flights, next))) return;
  }
}

async function fly(parts: EnrichParts, flights: Flights, work: Work, pass: Pass): Promise<void> {
  flights.count++;
  try {
    await enrichChunk(parts, work, pass);
  } finally {
    flights.count--;
    flights.more.ring();
  }
}

/** False when nothing can come any more: no retry waits, none is in flight, and nobody wants to watch. */
async function waitForMore(parts: EnrichParts, flights: Flights, { waitUntilMs: untilMs, isSpent }: Wait) {
  const { clock, stopping } = parts;
  if (untilMs === null && flights.count === 0 && (isSpent || parts.changed === null)) return false;
  flights.idle++;
  await ringWithin(
    flights.more,
    untilMs === null ? Number.POSITIVE_INFINITY : untilMs - clock.wallMs(),
    clock,
    stopping,
  );
  flights.idle--;
  return true;
}
