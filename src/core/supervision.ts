/**
 * When to start, doubt, end and restart a server of ours: a pure state machine. It sees no process and no clock; its
 * shell (supervisor/supervisor.ts) carries out the effects and posts what comes of them.
 *
 * | state | event | next | effects |
 * | --- | --- | --- | --- |
 * | stopped | wanted | starting | spawn |
 * | starting | spawned | starting | probe |
 * | starting | loading (its log moves), heard elsewhere | starting, later deadline | - |
 * | starting | answered | ready | - |
 * | starting | spawn_failed, exited | again | - |
 * | starting | probe_failed, fault, deadline | stopping | terminate |
 * | ready | silent with questions in flight; a doubt with none | suspect | probe |
 * | ready | fault, 404 for its own model again and again | stopping | terminate |
 * | ready | tokens to recycle, none in flight | stopping | terminate |
 * | ready, suspect | exited | again | - |
 * | ready, suspect | exited, since another run had it recycled or started anew | starting | spawn |
 * | suspect | answered, heard elsewhere | ready; stopping where tokens are to be recycled and none is in flight | -; terminate |
 * | suspect | probe_failed, fault, deadline | stopping | terminate |
 * | stopping | exited | again; starting when recycled; stopped when asked to | - or spawn |
 * | stopping | deadline | stopping; failed when it cannot be killed | kill |
 * | waiting | its pause is over | starting | spawn |
 * | starting, ready, suspect | restart | stopping | terminate |
 * | waiting | restart | starting, with a new budget | spawn |
 * | any but stopping, failed | stop | stopped, or stopping where there is a child | terminate |
 *
 * `again` is waiting, or failed once the budget of restarts is spent. An event of an earlier child is dropped: each
 * spawn has an epoch of its own. Time in which this process stood still moves every deadline.
 */

import type { SupervisionPolicy as Policy, Step, Supervision, SupervisionEvent } from "./supervision-state.ts";
import { again, end, gone, inFlightOf, ready, restart, spawn, stood, stop, suspect } from "./supervision-step.ts";

type Ready = Extract<Supervision, { state: "ready" }>;
type Settled = Extract<SupervisionEvent, { type: "settled" }>;
type Starting = Extract<Supervision, { state: "starting" }>;
type Suspect = Extract<Supervision, { state: "suspect" }>;
type Stopping = Extract<Supervision, { state: "stopping" }>;

export function transition(now: Supervision, event: SupervisionEvent, nowMs: number, policy: Policy): Step {
  if ("epoch" in event && event.epoch !== now.past.epoch) return [now];
  if (event.type === "stop") return stop(now, nowMs, policy);
  if (event.type === "stood") return [stood(now, event.ms, nowMs)];
  if (event.type === "restart") return restart(now, event.by, nowMs, policy);
  switch (now.state) {
    case "stopped":
      return event.type === "wanted" ? spawn(now.past, nowMs, policy) : [now];
    case "starting":
      return whileStarting(now, event, nowMs, policy);
    case "ready":
      return whileReady(now, event, nowMs, policy);
    case "suspect":
      return whileSuspect(now, event, nowMs, policy);
    case "stopping":
      return whileStopping(now, event, nowMs, policy);
    case "waiting":
      return event.type === "tick" && nowMs >= now.untilMs ? spawn(now.past, nowMs, policy) : [now];
    case "failed":
      return [now];
    default:
      return now satisfies never;
  }
}

/** When the next tick can change something; null: not before another event. */
export function dueMs(now: Supervision, policy: Policy): number | null {
  switch (now.state) {
    case "starting":
    case "suspect":
    case "stopping":
      return now.deadlineMs;
    case "waiting":
      return now.untilMs;
    case "ready":
      return now.inFlight > 0 ? now.aliveMs + policy.stallMs : null;
    default:
      return null;
  }
}

/** Whether a question may go out now. One that is to be recycled takes no more, so that it comes to an idle moment. */
export const admits = (now: Supervision, policy: Policy): boolean =>
  now.state === "ready" && now.tokens < policy.recycleTokens;

function whileStarting(now: Starting, event: SupervisionEvent, nowMs: number, policy: Policy): Step {
  switch (event.type) {
    case "spawned":
      return [{ ...now, deadlineMs: nowMs + policy.loadMs }, "probe"];
    case "loading":
    case "heard":
      return [{ ...now, deadlineMs: Math.min(nowMs + policy.loadMs, now.sinceMs + policy.loadMaxMs) }];
    case "answered":
      return [ready(now.past, nowMs)];
    case "spawn_failed":
    case "exited":
      return [again(now.past, event.cause, nowMs, policy)];
    case "probe_failed":
    case "fault":
      return end(now, event.cause, nowMs, policy);
    case "tick": {
      if (nowMs < now.deadlineMs) return [now];
      const seconds = Math.round((nowMs - now.sinceMs) / 1_000);
      return end(
        now,
        { kind: "slow_load", detail: `not ready after ${seconds} s, and its log stands still` },
        nowMs,
        policy,
      );
    }
    default:
      return [now];
  }
}

function whileReady(now: Ready, event: SupervisionEvent, nowMs: number, policy: Policy): Step {
  switch (event.type) {
    case "asked":
      // Silence counts from when there is something to be silent about.
      return [{ ...now, inFlight: now.inFlight + 1, aliveMs: now.inFlight === 0 ? nowMs : now.aliveMs }];
    case "alive":
    case "heard":
      return [{ ...now, aliveMs: nowMs }];
    case "settled":
      return settled({ ...now, inFlight: inFlightOf(now) }, event, nowMs, policy);
    case "exited":
      return gone(now.past, event.cause, nowMs, policy);
    case "fault":
      return end(now, event.cause, nowMs, policy);
    case "tick": {
      const silentMs = nowMs - now.aliveMs;
      if (now.inFlight === 0 || silentMs < policy.stallMs) return [now];
      return suspect(now, { kind: "hung", detail: `no byte for ${Math.round(silentMs / 1_000)} s` }, nowMs, policy);
    }
    default:
      return [now];
  }
}

function settled(now: Ready, event: Settled, nowMs: number, policy: Policy): Step {
  const missing = event.result === "missing" ? now.missing + 1 : 0;
  const next = { ...now, missing, tokens: now.tokens + event.tokens };
  if (missing >= policy.missingMax)
    return end(next, { kind: "model_missing", detail: `${missing} times 404 for its own model` }, nowMs, policy);
  if (event.result === "doubtful" && next.inFlight === 0)
    return suspect(next, { kind: "hung", detail: "a question was not answered" }, nowMs, policy);
  const answers = now.answers + (event.result === "answered" ? 1 : 0);
  const isSteady = answers >= policy.steadyAnswers || nowMs - now.sinceMs >= policy.steadyMs;
  const past = isSteady && event.result === "answered" ? { ...now.past, attempt: 0, restartsMs: [] } : now.past;
  return recycledWhenIdle({ ...next, answers, past }, nowMs, policy);
}

/** Nothing but this leads out of `ready` once no question is admitted: whatever comes to an idle moment goes through it. */
function recycledWhenIdle(now: Ready, nowMs: number, policy: Policy): Step {
  if (now.tokens < policy.recycleTokens || now.inFlight > 0) return [now];
  return end(now, { kind: "recycled", detail: `after ${now.tokens} tokens` }, nowMs, policy, "recycle");
}

function whileSuspect(now: Suspect, event: SupervisionEvent, nowMs: number, policy: Policy): Step {
  switch (event.type) {
    case "answered":
    case "heard":
      return recycledWhenIdle({ ...now.served, inFlight: now.inFlight, aliveMs: nowMs }, nowMs, policy);
    case "asked":
      // It was let through a moment before the doubt, and is taken back like the others.
      return [{ ...now, inFlight: now.inFlight + 1 }];
    case "settled": {
      const served = { ...now.served, tokens: now.served.tokens + event.tokens };
      return [{ ...now, served, inFlight: inFlightOf(now) }];
    }
    case "exited":
      return gone(now.past, event.cause, nowMs, policy);
    case "probe_failed":
      return end(now, { kind: "hung", detail: `${now.cause.detail}; a probe: ${event.cause.detail}` }, nowMs, policy);
    case "fault":
      return end(now, event.cause, nowMs, policy);
    case "tick":
      return nowMs < now.deadlineMs
        ? [now]
        : end(now, { kind: "hung", detail: `${now.cause.detail}, nor any answer to a probe` }, nowMs, policy);
    default:
      return [now];
  }
}

function whileStopping(now: Stopping, event: SupervisionEvent, nowMs: number, policy: Policy): Step {
  if (event.type === "exited" || event.type === "spawn_failed") {
    if (now.next === "stopped") return [{ state: "stopped", past: now.past }];
    if (now.next === "recycle") return spawn(now.past, nowMs, policy);
    // Its log may say by now what the silence came of.
    const isKnown = event.cause.kind === "exited" || event.cause.kind === now.cause.kind;
    return [again(now.past, isKnown ? now.cause : event.cause, nowMs, policy)];
  }
  if (event.type !== "tick" || nowMs < now.deadlineMs) return [now];
  if (now.kills >= policy.killsMax) {
    const detail = `${now.cause.detail}; it cannot be ended, not even by SIGKILL`;
    return [{ state: "failed", past: now.past, cause: { ...now.cause, detail } }];
  }
  return [{ ...now, kills: now.kills + 1, deadlineMs: nowMs + policy.graceMs }, "kill"];
}
