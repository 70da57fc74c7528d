/** Events to whoever listens: NDJSON on stdout, lines and a progress bar on stderr, and the journal for what lasts. */

import type { Clock } from "../core/clock.ts";
import type { Progress, RunEvent } from "../core/event.ts";
import { examinedLine } from "./examined-line.ts";
import { bar, count, duration, plural } from "./format.ts";
import { log, wipe, writeErr, writeOut } from "./output.ts";
import { type Backlog, emptyTally, progressOf, tally } from "./progress.ts";
import { type Line, supervisorLine } from "./supervisor-line.ts";

export interface ReportParts {
  readonly json: boolean;
  readonly level: "quiet" | "normal" | "verbose";
  readonly terminal: boolean;
  readonly width: number;
  readonly clock: Clock;
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
  "reply.misplaced",
  "supervisor.changed",
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
  let hooks: Hooks = { backlog: () => ({ total: null, waiting: 0 }), keep: () => {} };

  const progress = (): Progress => progressOf(now, hooks.backlog(), startedMs, clock.nowMs());

  function clearBar(): void {
    if (barShown) writeErr(wipe);
    barShown = false;
  }

  function emit(event: RunEvent): void {
    if (event.event === "run.started") started = true;
    now = tally(now, event, clock.nowMs());
    if (parts.json)
      void writeOut(`${JSON.stringify({ v: 1, at: new Date(clock.wallMs()).toISOString(), ...event })}\n`);
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

function lineOf(event: RunEvent, level: ReportParts["level"]): Line | null {
  if (level === "quiet") return null;
  switch (event.event) {
    case "run.started":
      return {
        level: "info",
        text: `${event.db}: enriching with ${event.backend} (${event.model}), ${plural(event.parallel, "question")} at a time`,
      };
    case "chunk.quarantined":
      return { level: "warn", text: `chunk ${event.id} given up: ${event.kind}: ${event.detail}` };
    case "chunk.failed":
      return level === "verbose"
        ? {
            level: "warn",
            text: `chunk ${event.id} failed: ${event.kind}: ${event.detail}, again at ${event.retry_at}`,
          }
        : null;
    case "chunk.enriched":
      return level === "verbose"
        ? { level: "success", text: `chunk ${event.id} in ${duration(event.duration_ms)}` }
        : null;
    case "backend.changed":
      return {
        level: event.to === "closed" ? "info" : "warn",
        text: `${event.backend}: ${event.from} → ${event.to} (${event.cause})`,
      };
    case "backend.switched":
      return { level: "warn", text: `${event.to} goes on in place of ${event.from}` };
    case "backend.examined":
      return { level: "warn", text: examinedLine(event) };
    case "reply.misplaced":
      return { level: "warn", text: `${event.backend} gave the reply to another question; it is thrown away` };
    case "supervisor.changed":
      return supervisorLine(event);
    case "supervisor.loading":
      return { level: "info", text: `${event.backend} loads: ${event.detail}` };
    case "lock.waiting":
      return { level: "warn", text: `${event.file} is locked by another program; answers are kept until it is free` };
    case "lock.released":
      return { level: "info", text: `${event.file} is free again after ${duration(event.waited_ms)}` };
    case "target.paused":
      return { level: "warn", text: `BrainLayer asks for a pause (${event.file}); answers are kept until it is over` };
    case "target.resumed":
      return { level: "info", text: `the pause is over after ${duration(event.waited_ms)}` };
    case "run.paused":
      return {
        level: "warn",
        text: `paused by ${event.asked_by} since ${event.since}: no new questions until it is resumed`,
      };
    case "run.resumed":
      return { level: "info", text: `resumed after ${duration(event.waited_ms)}` };
    case "run.asked":
      return { level: "info", text: `${event.asked_by} asks to ${event.action}` };
    case "run.planned":
      return { level: "info", text: `${plural(event.chunks, "chunk")} would be asked about; nothing was` };
    case "run.finished":
      return { level: event.exit_code === 0 ? "success" : "info", text: summaryLine(event) };
    case "chunk.skipped":
    case "run.progress":
      return null;
    default:
      return event satisfies never;
  }
}

const endings: Readonly<Record<string, string>> = { finished: "done", stopped: "stopped", gave_up: "given up" };

/** How it ended, and what it brought. */
export function summaryLine(p: Progress & { readonly reason: string }): string {
  const parts = [
    `${plural(p.enriched, "chunk")} enriched${p.twins > 0 ? ` (${count(p.twins)} with the text of another)` : ""}`,
    p.too_short > 0 ? `${count(p.too_short)} too short` : null,
    p.quarantined > 0 ? `${count(p.quarantined)} given up: see \`enrichd failures\`` : null,
    p.waiting > 0 ? `${count(p.waiting)} waiting for another try` : null,
    p.tokens_out > 0
      ? `${count(p.tokens_in)} tokens in (${count(p.tokens_cached)} cached), ${count(p.tokens_out)} out`
      : null,
  ];
  const said = parts.filter((part) => part !== null).join(", ");
  return `${endings[p.reason] ?? "ended"} after ${duration(p.elapsed_ms)}: ${said}`;
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
