/** What a person reads of an event of a run: one line, or none. */

import type { Progress, RunEvent } from "../core/event.ts";
import { count, duration, plural } from "../core/format.ts";
import { howToResume, pausedBy } from "./paused.ts";
import { type Line, supervisorLine } from "./supervisor-line.ts";

export type Level = "quiet" | "normal" | "verbose";

export function lineOf(event: RunEvent, level: Level): Line | null {
  if (level === "quiet") return null;
  switch (event.event) {
    case "run.started":
      return {
        level: "info",
        text: `${event.db}: enriching with ${event.backend} (${event.model}), ${event.parallel_auto ? "auto, up to " : ""}${plural(event.parallel, "question")} at a time`,
      };
    case "chunk.quarantined":
      return { level: "warn", text: `chunk ${event.id} given up: ${event.kind}: ${event.detail}` };
    case "chunk.failed":
      return level === "verbose"
        ? {
            level: "warn",
            text: `chunk ${event.id} failed: ${event.kind}: ${event.detail}, ${event.retry_at === null ? "not tried again" : `again at ${event.retry_at}`}`,
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
    case "backend.overloaded":
      return {
        level: "warn",
        text: `${event.backend} has too much to do (${event.status}: ${event.detail}); it is asked again when it may be`,
      };
    case "backend.relieved":
      return { level: "info", text: `${event.backend} answers again after ${duration(event.waited_ms)}` };
    case "parallel.changed":
      return level === "verbose"
        ? { level: "info", text: `${event.backend}: ${plural(event.questions, "question")} at a time` }
        : null;
    case "reply.misplaced":
      return { level: "warn", text: `${event.backend} gave the reply to another question; it is thrown away` };
    case "supervisor.changed":
      return supervisorLine(event);
    case "backend.loading":
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
        text: `paused ${pausedBy(event.asked_by, event.since)}: no new questions until it is resumed (${howToResume})`,
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
  const cached = p.tokens_cached > 0 ? ` (${count(p.tokens_cached)} cached)` : "";
  const parts = [
    `${plural(p.enriched, "chunk")} enriched${p.twins > 0 ? ` (${count(p.twins)} with the text of another)` : ""}`,
    p.too_short > 0 ? `${count(p.too_short)} too short` : null,
    p.quarantined > 0 ? `${count(p.quarantined)} given up: see \`enrichd failures\`` : null,
    p.waiting > 0 ? `${count(p.waiting)} waiting for another try` : null,
    p.elsewhere > 0 ? `${count(p.elsewhere)} taken by another run` : null,
    p.tokens_out > 0 ? `${count(p.tokens_in)} tokens in${cached}, ${count(p.tokens_out)} out` : null,
  ];
  const said = parts.filter((part) => part !== null).join(", ");
  return `${endings[p.reason] ?? "ended"} after ${duration(p.elapsed_ms)}: ${said}`;
}

function examinedLine(event: Extract<RunEvent, { event: "backend.examined" }>): string {
  const { backend, health, failed, of, kind, pause_ms } = event;
  const seen = `${failed} of the last ${of} tries failed, mostly ${kind}`;
  if (health === "dead") return `${seen}: ${backend} does not answer a probe either`;
  if (health === "well") return `${seen}, though ${backend} describes a text that is known to be good: it goes on`;
  return `${seen}: ${backend} lives and gives nothing usable${pause_ms > 0 ? `; a pause of ${duration(pause_ms)}` : ""}`;
}
