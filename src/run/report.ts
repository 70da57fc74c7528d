/** Events to whoever listens: NDJSON on stdout, lines and a progress bar on stderr, and the journal for what lasts. */

import type { Clock } from "../core/clock.ts";
import type { Progress, RunEvent } from "../core/event.ts";
import { bar, count, duration } from "../core/format.ts";
import { noTokens } from "../store/ledger.ts";
import { type Level, lineOf } from "./event-line.ts";
import { log, wipe, writeErr, writeOut } from "./output.ts";
import { type Backlog, emptyTally, progressOf, tally } from "./progress.ts";

export interface ReportParts {
  readonly json: boolean;
  readonly level: Level;
  readonly terminal: boolean;
  readonly width: number;
  readonly clock: Clock;
  /** For the log file; `withText`: also what a server said of a chunk, which may repeat its text. */
  readonly log?: { readonly write: (line: string) => void; readonly withText: boolean };
}

/** What is there only once the databases are open. */
export interface Hooks {
  readonly backlog: () => Backlog;
  /** Keeps an event in the journal. */
  readonly keep: (event: RunEvent) => void;
}

export interface Report {
  readonly attach: (hooks: Hooks) => void;
  readonly emit: (event: RunEvent) => void;
  /** What never started has no end to be told. */
  readonly hasStarted: () => boolean;
  readonly progress: () => Progress;
  /** Shows progress until the signal fires: a bar each half second on a terminal, else a line each minute. */
  readonly tick: (signal: AbortSignal) => Promise<void>;
}

const kept: ReadonlySet<RunEvent["event"]> = new Set([
  "run.started",
  "backend.changed",
  "backend.switched",
  "backend.examined",
  "backend.overloaded",
  "backend.relieved",
  "reply.misplaced",
  "supervisor.changed",
  "supervisor.loading",
  "lock.waiting",
  "lock.released",
  "target.paused",
  "target.resumed",
  "run.paused",
  "run.resumed",
  "run.asked",
]);
const barMs = 500;
const lineMs = 60_000;

export function createReport(parts: ReportParts): Report {
  const { clock } = parts;
  const startedMs = clock.nowMs();
  let now = emptyTally;
  let barShown = false;
  let started = false;
  let hooks: Hooks = { backlog: () => ({ total: null, waiting: 0, elsewhere: 0, spent: noTokens }), keep: () => {} };

  const progress = (): Progress => progressOf(now, hooks.backlog(), startedMs, clock.nowMs());

  function clearBar(): void {
    if (barShown) writeErr(wipe);
    barShown = false;
  }

  function emit(event: RunEvent): void {
    if (event.event === "run.started") started = true;
    now = tally(now, event, clock.nowMs());
    const head = { v: 1, at: new Date(clock.wallMs()).toISOString() };
    if (parts.json) void writeOut(`${JSON.stringify({ ...head, ...event })}\n`);
    if (parts.log !== undefined)
      parts.log.write(
        `${JSON.stringify({ ...head, pid: process.pid, ...(parts.log.withText ? event : withoutText(event)) })}\n`,
      );
    if (kept.has(event.event)) hooks.keep(event);
    const line = lineOf(event, parts.level);
    if (line === null) return;
    clearBar();
    log[line.level](line.text);
  }

  async function tick(signal: AbortSignal): Promise<void> {
    const showsBar = parts.terminal && parts.level !== "quiet";
    for (;;) {
      await clock.sleep(showsBar ? barMs : lineMs, signal);
      if (signal.aborted) return clearBar();
      const current = progress();
      if (parts.json) emit({ event: "run.progress", ...current });
      if (showsBar) {
        writeErr(`${wipe}${progressLine(current, parts.width)}`);
        barShown = true;
      } else if (parts.level !== "quiet") log.info(progressLine(current, 200));
    }
  }

  const attach = (attached: Hooks): void => {
    hooks = attached;
  };
  return { attach, emit, hasStarted: () => started, progress, tick };
}

function withoutText(event: RunEvent): object {
  if (!("detail" in event)) return event;
  const { detail: _, ...rest } = event;
  return rest;
}

/** One line, cut to `width` columns. */
export function progressLine(p: Progress, width: number): string {
  const done = p.enriched + p.quarantined;
  const total = p.remaining === null ? null : done + p.remaining;
  const parts = [
    total === null ? count(done) : `${bar(total === 0 ? 1 : done / total, 20)} ${count(done)}/${count(total)}`,
    p.chunks_per_hour === null ? null : `${count(p.chunks_per_hour)}/h`,
    p.eta_seconds === null ? null : `ETA ${duration(p.eta_seconds * 1_000)}`,
    p.waiting > 0 ? `${count(p.waiting)} waiting for a retry` : null,
    p.quarantined > 0 ? `${count(p.quarantined)} given up` : null,
  ];
  return parts
    .filter((part) => part !== null)
    .join(" · ")
    .slice(0, Math.max(10, width - 1));
}
