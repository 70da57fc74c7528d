/**
 * BrainLayer's wish to have its database left alone: a file that names its services and, often, an end. It is read as
 * BrainLayer's own programs read it (facts on its databases), so that both pause and go on together; it is never written.
 */

import { readFileSync } from "node:fs";
import { z } from "zod";

const label = "com.brainlayer.enrichment";
const sentinel = z.object({ labels: z.array(z.unknown()), expires_at: z.unknown().optional() });

/** Whether enrichment is to pause, by the sentinel at `path`. No file, one that is no such JSON, or one past its end: no. */
export function isPaused(path: string, wallMs: number): boolean {
  try {
    return asksForPause(readFileSync(path, "utf8"), wallMs);
  } catch {
    return false;
  }
}

export function asksForPause(text: string, wallMs: number): boolean {
  const read = sentinel.safeParse(parsed(text));
  if (!read.success || !read.data.labels.some((name) => String(name) === label)) return false;
  const untilMs = expiryMs(read.data.expires_at);
  return untilMs === null || wallMs <= untilMs;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null: no end, which is also what an end that is no time means to BrainLayer. A time without a zone is UTC there. */
function expiryMs(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(value);
  const ms = Date.parse(hasZone ? value : `${value.includes(":") ? value : `${value}T00:00`}Z`);
  return Number.isNaN(ms) ? null : ms;
}
