/** The steps that core/supervision.ts takes: a start, a doubt, an end, a stop, and how a restart is paid for. Pure. */

import { backoffMs } from "./backoff.ts";
import type { Cause, Past, SupervisionPolicy as Policy, Step, Supervision } from "./supervision-state.ts";

type Ready = Extract<Supervision, { state: "ready" }>;

export const stoppedSupervision = (concurrency: number): Supervision => ({
  state: "stopped",
  past: { epoch: 0, attempt: 0, restartsMs: [], wasReady: false, concurrency },
});

export function spawn(past: Past, nowMs: number, { loadMs }: Policy): Step {
  const starting = { ...past, epoch: past.epoch + 1 };
  return [{ state: "starting", past: starting, sinceMs: nowMs, deadlineMs: nowMs + loadMs }, "spawn"];
}

/** The next start after a pause, or the end of the budget. Settings follow the cause. */
export function again(past: Past, cause: Cause, nowMs: number, policy: Policy): Supervision {
  const restartsMs = past.restartsMs.filter((atMs) => nowMs - atMs < policy.windowMs);
  const max = past.wasReady ? policy.restartsMax : Math.min(policy.coldRestartsMax, policy.restartsMax);
  if (restartsMs.length >= max) return { state: "failed", past, cause };
  const attempt = past.attempt + 1;
  const concurrency = cause.kind === "out_of_memory" ? Math.max(1, Math.floor(past.concurrency / 2)) : past.concurrency;
  const untilMs = nowMs + backoffMs(policy.backoff, attempt, () => policy.jitter);
  return {
    state: "waiting",
    past: { ...past, attempt, concurrency, restartsMs: [...restartsMs, nowMs] },
    ...{ untilMs, cause },
  };
}

/** A server that was ended on purpose, by another run that uses it, is no failure: the next one has no pause to wait for. */
export const gone = (past: Past, cause: Cause, nowMs: number, policy: Policy): Step =>
  cause.kind === "recycled" || cause.kind === "asked"
    ? spawn(past, nowMs, policy)
    : [again(past, cause, nowMs, policy)];

export const inFlightOf = ({ inFlight }: { readonly inFlight: number }): number => Math.max(0, inFlight - 1);

export const ready = (past: Past, nowMs: number): Ready => ({
  ...{ state: "ready", past: { ...past, wasReady: true }, sinceMs: nowMs, aliveMs: nowMs, inFlight: 0 },
  ...{ answers: 0, tokens: 0, missing: 0 },
});

export const suspect = (served: Ready, cause: Cause, nowMs: number, { probeMs }: Policy): Step => [
  {
    ...{ state: "suspect", past: served.past, served, inFlight: served.inFlight, cause },
    ...{ sinceMs: nowMs, deadlineMs: nowMs + probeMs },
  },
  "probe",
];

/** For how long there was nothing of a server for which something is due now. */
export function waitedMs(now: Supervision, nowMs: number, { stallMs, loadMs }: Policy): number {
  if (now.state === "ready") return stallMs;
  if (now.state === "starting") return Math.min(loadMs, nowMs - now.sinceMs);
  return now.state === "suspect" ? nowMs - now.sinceMs : 0;
}

/** All that is measured ends so much later. */
export function stood(now: Supervision, ms: number, nowMs: number): Supervision {
  switch (now.state) {
    case "ready":
      return { ...now, aliveMs: Math.min(nowMs, now.aliveMs + ms) };
    case "starting":
      return { ...now, sinceMs: now.sinceMs + ms, deadlineMs: now.deadlineMs + ms };
    case "suspect":
    case "stopping":
      return { ...now, deadlineMs: now.deadlineMs + ms };
    default:
      return now;
  }
}

export const end = (
  { past }: { readonly past: Past },
  cause: Cause,
  nowMs: number,
  { graceMs }: Policy,
  next: Extract<Supervision, { state: "stopping" }>["next"] = "again",
): Step => [{ state: "stopping", past, deadlineMs: nowMs + graceMs, kills: 0, next, cause }, "terminate"];

export function stop(now: Supervision, nowMs: number, policy: Policy): Step {
  if (now.state === "stopped" || now.state === "failed") return [now];
  if (now.state === "waiting") return [{ state: "stopped", past: now.past }];
  if (now.state === "stopping") return [{ ...now, next: "stopped" }];
  return end(now, { kind: "stopped", detail: "this run needs it no more" }, nowMs, policy, "stopped");
}

/** Whoever asks for it has seen to what was wrong: earlier restarts count no more. One that failed may still have a child. */
export function restart(now: Supervision, by: string, nowMs: number, policy: Policy): Step {
  const past = { ...now.past, attempt: 0, restartsMs: [] };
  if (now.state === "waiting") return spawn(past, nowMs, policy);
  if (now.state === "stopped" || now.state === "stopping" || now.state === "failed") return [now];
  return end({ past }, { kind: "asked", detail: `by ${by}` }, nowMs, policy, "recycle");
}
