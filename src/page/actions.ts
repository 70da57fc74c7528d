/** What can be asked for on the page, and how it is called there. */

import type { Action } from "../store/requests.ts";

export type { Action } from "../store/requests.ts";

export const actionNames: Readonly<Record<Action, string>> = {
  pause: "Pause",
  resume: "Resume",
  stop: "Stop after current",
  restart: "Restart model server",
};

export const actions = Object.keys(actionNames) as Action[];
