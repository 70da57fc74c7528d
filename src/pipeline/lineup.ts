/**
 * The backends of a run in the order in which they are wanted, each behind its gate. Work goes to the first that lets it
 * through: to the next while one recovers, and back again when it has.
 */

import { type Bell, createBell, ringWithin } from "../core/bell.ts";
import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import type { Failure } from "../core/failure.ts";
import type { GateParts } from "./gate.ts";
import type { Gate, Pass } from "./pass.ts";

export interface Lineup {
  /** Resolves when a question may go out; null when every backend was given up or the signal fired. */
  readonly enter: (signal: AbortSignal) => Promise<Pass | null>;
  /** Why the first was given up, once all were; null while one is left. */
  readonly givenUp: () => Failure | null;
  /** The one that would be asked now. */
  readonly current: () => Gate;
}

export interface LineupParts {
  readonly clock: Clock;
  readonly report: (event: RunEvent) => void;
  /** One for each backend, in their order. */
  readonly gates: (shared: (at: number) => Pick<GateParts, "bell" | "othersServe">) => readonly Gate[];
}

export function createLineup({ clock, report, gates: make }: LineupParts): Lineup {
  const bell: Bell = createBell();
  const gates: readonly Gate[] = make((at) => ({
    bell,
    othersServe: () => gates.some((gate, i) => i !== at && !gate.isFailing()),
  }));
  const [first] = gates;
  if (first === undefined) throw new Error("a run without a backend");
  let current = first;

  function tryEnter(): Pass | number {
    let waitMs = Number.POSITIVE_INFINITY;
    for (const gate of gates) {
      const entry = gate.tryEnter();
      if (entry === null) continue;
      if ("backend" in entry) {
        if (gate !== current) change(gate);
        return entry;
      }
      waitMs = Math.min(waitMs, entry.waitMs);
      if (!entry.isDown) break;
    }
    return waitMs;
  }

  /** One chunk that tries out the first is no return to it yet. */
  function change(to: Gate): void {
    if (to.isFailing()) return;
    report({ event: "backend.switched", from: current.label, to: to.label });
    current = to;
  }

  const isOver = (): boolean => gates.every((gate) => gate.givenUp() !== null);

  // In a row, and only the first of it looks: with many slots and few passes, each bell would wake all of them.
  let row: Promise<unknown> = Promise.resolve();
  let rowLength = 0;

  async function enter(signal: AbortSignal): Promise<Pass | null> {
    if (rowLength === 0 && !signal.aborted && !isOver()) {
      const entry = tryEnter();
      if (typeof entry !== "number") return entry;
    }
    rowLength++;
    const turn = row.then(() => waitToEnter(signal));
    row = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      rowLength--;
    }
  }

  async function waitToEnter(signal: AbortSignal): Promise<Pass | null> {
    while (!signal.aborted && !isOver()) {
      const entry = tryEnter();
      if (typeof entry !== "number") return entry;
      await ringWithin(bell, entry, clock, signal);
    }
    return null;
  }

  return {
    enter,
    givenUp: () => (isOver() ? first.givenUp() : null),
    current: () => current,
  };
}
