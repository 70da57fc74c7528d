/** What a change of a server that we started is called on the screen. Pure. */

import type { RunEvent } from "../core/event.ts";

export interface Line {
  readonly level: "info" | "warn" | "error" | "success";
  readonly text: string;
}

/** A doubt, an end and a restart are worth a warning; a start and a normal end are not. */
export function supervisorLine(event: Extract<RunEvent, { event: "supervisor.changed" }>): Line {
  const { backend, from, to, cause, pid } = event;
  if (cause.startsWith("left:")) return { level: "info", text: `${backend} server: it goes on: ${cause.slice(6)}` };
  const isWell = ["starting", "ready", "stopped"].includes(to) || /^(stopped|recycled|asked)/.test(cause);
  const text = [`${backend} server: ${from} → ${to}`, pid === null ? "" : ` (pid ${pid})`, cause && `: ${cause}`].join(
    "",
  );
  return { level: to === "failed" ? "error" : isWell ? "info" : "warn", text };
}
