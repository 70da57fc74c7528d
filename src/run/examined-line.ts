/** What a person reads of a backend that was examined: what was seen, what was found, what follows. */

import type { RunEvent } from "../core/event.ts";
import { duration } from "./format.ts";

export function examinedLine(event: Extract<RunEvent, { event: "backend.examined" }>): string {
  const { backend, health, failed, of, kind, pause_ms } = event;
  const seen = `${failed} of the last ${of} chunks failed, mostly ${kind}`;
  if (health === "dead") return `${seen}: ${backend} does not answer a probe either`;
  if (health === "well") return `${seen}, though ${backend} describes a text that is known to be good: it goes on`;
  return `${seen}: ${backend} lives and gives nothing usable${pause_ms > 0 ? `; a pause of ${duration(pause_ms)}` : ""}`;
}
