/** Until when the work is done: one reckoning, for `stats` and for the page. */

import type { Connection } from "../store/database.ts";
import { answerRate } from "../store/rate.ts";
import { pauseOf } from "../store/requests.ts";

export interface Eta {
  readonly seconds: number;
  readonly answersPerHour: number;
}

/** `alive`: the ids of the runs that go on. Null without one, while they are paused, and until there are some answers. */
export function etaOf({ db }: Connection, alive: readonly number[], remaining: number, wallMs: number): Eta | null {
  const perMs = alive.length === 0 || pauseOf(db) !== null ? null : answerRate(db, alive, wallMs);
  if (perMs === null) return null;
  return { seconds: Math.round(remaining / perMs / 1_000), answersPerHour: Math.round(perMs * 3_600_000) };
}
