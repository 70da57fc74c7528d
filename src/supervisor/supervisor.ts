/**
 * Carries out what core/supervision.ts decides: one mailbox, one loop, the only state. What is public only posts to the
 * mailbox, or waits; it never decides by what it reads.
 */

import { createBell, ringWithin } from "../core/bell.ts";
import type { Clock, Random } from "../core/clock.ts";
import { failed, type Outcome, success } from "../core/failure.ts";
import { type Silences, silenceLimitMs, withSilence } from "../core/silence.ts";
import { admits, dueMs, transition } from "../core/supervision.ts";
import type { Cause, Effect, Supervision, SupervisionEvent, SupervisionPolicy } from "../core/supervision-state.ts";
import { stoppedSupervision, waitedMs } from "../core/supervision-step.ts";
import { runChild } from "./running.ts";
import type { Server } from "./server.ts";
import { createService, type Service } from "./service.ts";

/** Null: it has generated. `isEarly`: it does not listen yet, which is no failure of a server that starts. */
export type Probed = null | { readonly cause: Cause; readonly isEarly: boolean };

export interface SupervisorParts {
  /** Starts a server for so many questions at a time, or joins one; throws where it cannot. */
  readonly acquire: (concurrency: number) => Promise<Server>;
  /** By the smallest real generation; the first one is the warm-up. */
  readonly probe: (url: string, isFirst: boolean, signal: AbortSignal) => Promise<Probed>;
  readonly policy: Omit<SupervisionPolicy, "stallMs" | "jitter"> & { readonly stallMs: number | null };
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onChange: (change: Change) => void;
  /** While it loads: what its log says of a download, or its last line. */
  readonly onLoading: (detail: string, isDownload: boolean) => void;
  /** A question had a byte: for the other runs. */
  readonly onAlive: () => void;
  /** How long ago another run had a byte of this server; null where none had. */
  readonly heardElsewhereMs: () => Promise<number | null>;
}

export interface Change {
  readonly from: Supervision["state"];
  readonly to: Supervision["state"];
  readonly cause: Cause | null;
  readonly pid: number | null;
}

export interface Supervisor {
  /** Waits until a question may go out; a failure once the server was given up. Rejects when the signal fires. */
  readonly ensureReady: (signal: AbortSignal) => Promise<Outcome<Service, Cause>>;
  /** Whether a question may go out now. */
  readonly isReady: () => boolean;
  /** Ends the server, unless another run uses it; resolves when that is done, or the signal fires. */
  readonly stop: (signal: AbortSignal) => Promise<void>;
  /** Has another server started in the place of this one. */
  readonly restart: (by: string) => void;
  /** Of the log of the present or last server, and where all of it is. */
  readonly lastLines: () => readonly string[];
}

/** What is due is looked at each second, so that a time in which this process stood still is known for what it was. */
const napMs = 1_000;
/** More than a busy machine makes of a nap. */
const stoodMs = 1_000;

/**
 * What ended it is why it was ended, not the signal that it got for that; but one that was left has not ended, and one that
 * was only doubted ended of itself.
 */
function causeOf(before: Supervision, after: Supervision, event: SupervisionEvent): Cause | null {
  const isLeft = event.type === "exited" && event.cause.kind === "left";
  const told = isLeft ? [event] : before.state === "stopping" ? [after, before, event] : [after, event, before];
  return told.flatMap((of) => ("cause" in of ? [of.cause] : []))[0] ?? null;
}

export function createSupervisor(parts: SupervisorParts): Supervisor {
  const { clock, random } = parts;
  let state: Supervision = stoppedSupervision(parts.concurrency);
  let silences: Silences = [];
  let stallMs = parts.policy.stallMs ?? silenceLimitMs(silences);
  let service: Service | null = null;
  /** False when a byte of another run fell into the present silence: it says nothing of how long ours are. */
  let isMeasured = true;
  let isClosing = false;
  const mailbox: SupervisionEvent[] = [];
  const [mail, changed] = [createBell(), createBell()];
  let isOver = false;

  const post = (event: SupervisionEvent): void => {
    mailbox.push(event);
    mail.ring();
  };
  const child = runChild({ ...parts, post, isStarting: () => state.state === "starting" });
  const policy = (): SupervisionPolicy => ({ ...parts.policy, stallMs, jitter: random() });
  // A bug of ours must not leave anybody waiting for what will never come.
  let broken: unknown = null;
  const looping = loop().catch((error) => {
    broken = error;
    changed.ring();
  });

  async function loop(): Promise<void> {
    while (!isOver) {
      for (let event = mailbox.shift(); event !== undefined; event = mailbox.shift()) step(event);
      if (isClosing && (state.state === "stopped" || state.state === "failed")) return;
      await pause();
    }
  }

  /** Until there is mail, or something is due, or for a nap. */
  async function pause(): Promise<void> {
    const [startMs, atMs] = [clock.nowMs(), dueMs(state, policy())];
    const forMs = atMs === null ? Number.POSITIVE_INFINITY : Math.min(napMs, Math.max(0, atMs - startMs));
    await ringWithin(mail, forMs, clock);
    const nowMs = clock.nowMs();
    const overMs = nowMs - startMs - forMs;
    // Before whatever came meanwhile: no silence is measured across it.
    if (overMs > stoodMs) mailbox.unshift({ type: "stood", ms: overMs });
    else if (atMs !== null && nowMs >= atMs)
      mailbox.push((await isHeardElsewhere(nowMs)) ? { type: "heard", epoch: state.past.epoch } : { type: "tick" });
  }

  /** Whether another run had a byte of it in the time that is up: a busy server is not called dead. */
  async function isHeardElsewhere(nowMs: number): Promise<boolean> {
    const withinMs = waitedMs(state, nowMs, policy());
    const heardMs = withinMs > 0 ? await parts.heardElsewhereMs() : null;
    return heardMs !== null && heardMs < withinMs;
  }

  function step(event: SupervisionEvent): void {
    const [before, nowMs] = [state, clock.nowMs()];
    const [after, ...effects] = transition(before, event, nowMs, policy());
    state = after;
    if (event.type === "heard") isMeasured = false;
    if (event.type === "alive" && before.state === "ready" && after !== before) observe(nowMs - before.aliveMs);
    const isNew = after.state !== before.state;
    if (isNew) enter(before, after, event);
    for (const effect of effects) carryOut(effect);
    if (isNew) changed.ring();
  }

  function observe(silentMs: number): void {
    const isOwn = isMeasured;
    isMeasured = true;
    if (parts.policy.stallMs !== null || !isOwn) return;
    silences = withSilence(silences, silentMs);
    stallMs = silenceLimitMs(silences);
  }

  function enter(before: Supervision, after: Supervision, event: SupervisionEvent): void {
    const known = causeOf(before, after, event);
    const hadServer = before.state === "ready" || before.state === "suspect";
    const cause = after.state === "ready" || (after.state === "starting" && !hadServer) ? null : known;
    if (before.state === "ready") service?.lose();
    if (after.state !== "suspect") {
      if (hadServer) service?.judge(after.state === "ready" ? null : cause);
      service = null;
    }
    if (after.state === "ready") service = createService({ ...child.place(), epoch: after.past.epoch, clock, post });
    parts.onChange({ from: before.state, to: after.state, cause, pid: child.pid() });
  }

  function carryOut(effect: Effect): void {
    const { epoch, concurrency } = state.past;
    if (effect === "spawn") child.spawn(epoch, concurrency);
    else if (effect === "probe") child.probe(epoch);
    else if (effect === "kill") child.kill();
    else if (state.state !== "stopping") throw new Error("only what is stopping is ended");
    else if (state.next === "stopped") child.release();
    else child.end(state.cause);
  }

  return {
    isReady: () => service !== null && admits(state, policy()),
    ensureReady: async (signal) => {
      for (;;) {
        signal.throwIfAborted();
        if (broken !== null) throw broken;
        if (state.state === "failed") return failed(state.cause);
        if (isClosing) return failed({ kind: "stopped", detail: "the run is over" });
        if (service !== null && admits(state, policy())) return success(service);
        post({ type: "wanted" });
        await changed.wait(signal);
      }
    },
    stop: async (signal) => {
      isClosing = true;
      post({ type: "stop" });
      changed.ring();
      const given = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      if (!signal.aborted) await Promise.race([looping, given]);
      isOver = true;
      mail.ring();
      child.letGo();
    },
    restart: (by) => post({ type: "restart", by }),
    lastLines: child.lastLines,
  };
}
