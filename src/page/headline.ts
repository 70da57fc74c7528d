/** What a run is doing, in one word with its moment and its reason, from what the journal says of it. Pure. */

import type { Pause } from "../store/requests.ts";
import type { RunNow } from "../store/run-now.ts";
import type { Headline } from "./data.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

/** `isLive`: its process runs; a run that was killed still stands there as running. */
export function headlineOf(run: RunNow | null, isLive: boolean, pause: Pause | null): Headline {
  if (run === null) {
    if (pause !== null) return pausedBy(pause);
    return { activity: "none", since: null, why: "`enrichd run` starts it" };
  }
  if (run.state !== "running") return ended(run, pause);
  if (!isLive)
    return {
      activity: "crashed",
      since: iso(run.leaseUntilMs),
      why: "its process is gone; the next run takes over its work",
    };
  if (pause !== null) return pausedBy(pause);
  return waiting(run) ?? { activity: "working", since: iso(run.startedAtMs), why: `${run.backend} (${run.model})` };
}

const pausedBy = ({ sinceMs, askedBy }: Pause): Headline => ({
  ...{ activity: "paused", since: iso(sinceMs), why: `by ${askedBy}; no questions go out until it is resumed` },
});

function ended(run: RunNow, pause: Pause | null): Headline {
  const since = iso(run.endedAtMs ?? run.startedAtMs);
  const paused = pause === null ? "" : `; paused by ${pause.askedBy}, also for runs to come`;
  if (run.state === "finished")
    return { activity: "finished", since, why: `nothing was left, or as many were asked as it was told to${paused}` };
  if (run.state === "stopped") return { activity: "stopped", since, why: `what was answered is kept${paused}` };
  const activity = run.state === "crashed" ? "crashed" : "failed";
  return { activity, since, why: `${run.reason ?? "no reason was kept"}${paused}` };
}

/** Each kind of waiting begins with one event and ends with another. */
function waiting({ events, ofBackend }: RunNow): Headline | null {
  const pause = openSince(events, "target.paused", "target.resumed");
  if (pause !== null) return { ...pause, activity: "waiting_for_database", why: "BrainLayer asks for a pause" };
  const lock = openSince(events, "lock.waiting", "lock.released");
  if (lock !== null)
    return { ...lock, activity: "waiting_for_database", why: "another program holds its lock; answers are kept" };
  const overload = openSince(ofBackend, "backend.overloaded", "backend.relieved");
  if (overload !== null) {
    const detail = String(ofBackend.get("backend.overloaded")?.data["detail"] ?? "");
    return { ...overload, activity: "waiting_for_model", why: `it has too much to do: ${detail}` };
  }
  const server = ofBackend.get("supervisor.changed");
  if (server !== undefined && server.data["to"] !== "ready") {
    const loading = openSince(ofBackend, "supervisor.loading", "supervisor.changed");
    const detail = loading === null ? "" : `; it loads: ${String(ofBackend.get("supervisor.loading")?.data["detail"])}`;
    const why = `${said(server.data, "the model server is")}${detail}`;
    return { activity: "waiting_for_model", since: iso(server.atMs), why };
  }
  const backend = ofBackend.get("backend.changed");
  if (backend !== undefined && backend.data["to"] !== "closed")
    return { activity: "waiting_for_model", since: iso(backend.atMs), why: said(backend.data, "it is") };
  return null;
}

function openSince(events: RunNow["events"], begin: string, end: string): { since: string } | null {
  const [begun, over] = [events.get(begin), events.get(end)];
  if (begun === undefined || (over !== undefined && over.id > begun.id)) return null;
  return { since: iso(begun.atMs) };
}

function said(data: Readonly<Record<string, unknown>>, start: string): string {
  const cause = typeof data["cause"] === "string" && data["cause"] !== "" ? `: ${data["cause"]}` : "";
  return `${start} ${String(data["to"])}${cause}`;
}
