/** Watches one question for lack of progress, with one coarse timer however many bytes come. It ends nothing itself. */

import type { Clock } from "../core/clock.ts";
import type { TimeoutPhase } from "../core/failure.ts";

/** All in milliseconds. */
export interface Timeouts {
  /** Until the server accepts, its TLS handshake included: a local one does at once or not at all; its queue makes one wait. */
  readonly connectMs: number;
  /** The longest silence before the first token: loading, waiting for a slot and reading the prompt happen here. */
  readonly firstTokenMs: number;
  /** The longest silence after it. */
  readonly progressMs: number;
  /** The whole answer, however lively. */
  readonly totalMs: number;
  /** What whoever has set a limit calls it, so that a failure can say what to change. */
  readonly names?: Readonly<Partial<Record<TimeoutPhase, string>>>;
}

export interface Expiry {
  readonly phase: TimeoutPhase;
  readonly afterMs: number;
}

export interface Watchdog {
  /** The server has accepted the connection. */
  readonly connected: () => void;
  /** A sign of life at `nowMs`. */
  readonly alive: (nowMs: number, hasToken: boolean) => void;
  readonly stop: () => void;
  readonly expiry: () => Expiry | null;
}

export interface Watched {
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** Called once when nothing has come by half of a limit that may be over: time to look whether the server accepts. */
  readonly onDoubt: () => void;
  readonly onExpiry: (expiry: Expiry) => void;
}

/** More than a busy machine makes of a nap. */
const stoodMinMs = 1_000;

export function watch({ timeouts, clock, onDoubt, onExpiry }: Watched): Watchdog {
  let startMs = clock.nowMs();
  const ended = new AbortController();
  let aliveMs = startMs;
  let phase: TimeoutPhase = "connect";
  let expiry: Expiry | null = null;
  let doubted = false;
  // Only a server that is known to have accepted can be told that its first token is late.
  const doubtMs = Math.min(timeouts.connectMs, timeouts.firstTokenMs) / 2;
  void patrol();
  return {
    connected: () => {
      if (phase === "connect") phase = "first_token";
    },
    alive: (nowMs, hasToken) => {
      aliveMs = nowMs;
      phase = hasToken ? "progress" : "first_token";
    },
    stop: () => ended.abort(),
    expiry: () => expiry,
  };

  /** No nap is longer than the shortest limit, so a phase that changes meanwhile is never judged late. */
  async function patrol(): Promise<void> {
    const napMs = Math.min(doubtMs, timeouts.progressMs);
    while (!ended.signal.aborted) {
      const nowMs = clock.nowMs();
      const due = nextDue();
      if (nowMs >= due.atMs) return expire(due);
      if (phase === "connect" && !doubted && nowMs >= startMs + doubtMs) {
        doubted = true;
        onDoubt();
      }
      const sleepMs = Math.min(napMs, due.atMs - nowMs);
      await clock.sleep(sleepMs, ended.signal);
      forgive(clock.nowMs() - nowMs - sleepMs);
    }
  }

  /** A nap that took far too long: this process stood still (SIGSTOP, sleep), and what came meanwhile is yet to be read. */
  function forgive(stoodMs: number): void {
    if (stoodMs < stoodMinMs) return;
    startMs += stoodMs;
    aliveMs = Math.min(aliveMs + stoodMs, clock.nowMs());
  }

  function nextDue(): Expiry & { atMs: number } {
    const totalAtMs = startMs + timeouts.totalMs;
    const { afterMs, atMs } = silenceLimit();
    if (totalAtMs < atMs) return { phase: "total", afterMs: timeouts.totalMs, atMs: totalAtMs };
    return { phase, afterMs, atMs };
  }

  function silenceLimit(): { afterMs: number; atMs: number } {
    if (phase === "connect") return { afterMs: timeouts.connectMs, atMs: startMs + timeouts.connectMs };
    const afterMs = phase === "progress" ? timeouts.progressMs : timeouts.firstTokenMs;
    return { afterMs, atMs: aliveMs + afterMs };
  }

  function expire({ phase: at, afterMs }: Expiry): void {
    expiry = { phase: at, afterMs };
    onExpiry(expiry);
  }
}
