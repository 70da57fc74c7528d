/** What a question that ran out of a limit has failed of, in words that name the limit. Pure. */

import type { Failure } from "../core/failure.ts";
import { plural } from "../core/format.ts";
import type { Expiry, Timeouts } from "./watchdog.ts";

export interface Seen {
  /** The limits, for what whoever has set them calls them. */
  readonly timeouts: Timeouts;
  readonly isTls: boolean;
  /** The address of the server, as it is shown. */
  readonly place: string;
  /** The server has sent something. */
  readonly responded: boolean;
  /** Of the answer. */
  readonly chars: number;
}

export function timedOut({ phase, afterMs }: Expiry, seen: Seen): Failure {
  const name = seen.timeouts.names?.[phase];
  const detail = `${wordsFor(phase, spoken(afterMs), seen)}${name === undefined ? "" : ` (${name})`}`;
  return { kind: "timeout", phase, afterMs, detail };
}

function wordsFor(phase: Expiry["phase"], limit: string, { isTls, place, responded, chars }: Seen): string {
  const begun = chars === 0 ? "" : ` after ${plural(chars, "character")}`;
  if (phase === "connect") return `no ${isTls ? "TLS " : ""}connection to ${place} within ${limit}`;
  if (phase === "progress") return `silent for ${limit}${begun || " inside its answer"}`;
  if (chars === 0 && !responded) return `no token within ${limit}`;
  return phase === "total" ? `not done within ${limit}${begun}` : `silent for ${limit} before its first token`;
}

/** As it would be given: a limit is never rounded. */
const spoken = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`);
