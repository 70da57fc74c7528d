/** What can be asked for on the page: how it is called there, how a wish is read, and what is said of it. Pure. */

import type { Action } from "../store/requests.ts";
import type { Wanted } from "./data.ts";

export type { Action } from "../store/requests.ts";

export const actionNames: Readonly<Record<Action, string>> = {
  pause: "Pause",
  resume: "Resume",
  stop: "Stop after current",
  restart: "Restart model server",
};

export const actions = Object.keys(actionNames) as Action[];

export type Wish = { readonly action: Action } | { readonly action: "retry"; readonly wanted: Wanted };

const idsMax = 100;
const idCharsMax = 1_000;

/** Null for what is no wish. */
export function wishIn(text: string): Wish | null {
  const body = parsed(text);
  if (body === null) return null;
  const known = actions.find((name) => name === body["action"]);
  if (known !== undefined) return { action: known };
  const wanted = body["action"] === "retry" ? wantedIn(body) : null;
  return wanted === null ? null : { action: "retry", wanted };
}

function wantedIn({ ids, kind, all }: Readonly<Record<string, unknown>>): Wanted | null {
  if (all === true) return "all";
  if (typeof kind === "string" && kind !== "") return { kind };
  const isId = (id: unknown): id is string => typeof id === "string" && id !== "" && id.length <= idCharsMax;
  return Array.isArray(ids) && ids.length > 0 && ids.length <= idsMax && ids.every(isId) ? { ids } : null;
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? { ...body } : null;
  } catch {
    return null;
  }
}

export const refusedRestart = "No run has a model server of ours that goes on, so nothing was restarted.";

/** `told`: how many runs hear it. */
export function messageOf(action: Action, told: number): string {
  if (action === "pause") return "Paused: no new questions, by any run, until it is resumed.";
  if (action === "resume") return "Resumed.";
  return told === 0 ? "No run goes on, so nobody was told." : `Asked of ${told} run${told === 1 ? "" : "s"}.`;
}
