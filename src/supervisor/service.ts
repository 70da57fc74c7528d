/** A server while it is ready, as a question sees it: where to ask, that it is lost, and why. It only posts. */

import type { Clock } from "../core/clock.ts";
import type { Cause, SupervisionEvent } from "../core/supervision-state.ts";

export interface Service {
  readonly url: string;
  /** Fires when the server is doubted or gone: what is in flight then gets no answer from it any more. */
  readonly lost: AbortSignal;
  /** Once it was lost: why it ended; null where it was only doubted, and turned out well. */
  readonly verdict: Promise<Cause | null>;
  readonly asked: () => void;
  readonly alive: () => void;
  readonly settled: (result: Result, tokens: number) => void;
  readonly lose: () => void;
  readonly judge: (cause: Cause | null) => void;
}

export type Result = Extract<SupervisionEvent, { type: "settled" }>["result"];

export interface ServiceParts {
  readonly url: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly post: (event: SupervisionEvent) => void;
  /** For the other runs that use the server. */
  readonly onAlive: () => void;
}

/** Bytes come by the hundred in a second; signs of life so far apart are enough. */
const aliveMs = 250;

export function createService({ url, epoch, clock, post, onAlive }: ServiceParts): Service {
  const lost = new AbortController();
  const verdict = Promise.withResolvers<Cause | null>();
  let toldMs = Number.NEGATIVE_INFINITY;
  return {
    ...{ url, lost: lost.signal, verdict: verdict.promise },
    asked: () => post({ type: "asked", epoch }),
    alive: () => {
      const nowMs = clock.nowMs();
      if (nowMs - toldMs < aliveMs) return;
      toldMs = nowMs;
      post({ type: "alive", epoch });
      onAlive();
    },
    settled: (result, tokens) => post({ type: "settled", epoch, result, tokens }),
    lose: () => lost.abort(),
    judge: (cause) => verdict.resolve(cause),
  };
}
