/** One HTTP exchange with a chat endpoint: sends a body, reads the stream, ends the connection when it must. No retry. */

import type { Clock } from "../core/clock.ts";
import type { Failure } from "../core/failure.ts";
import { type Address, route } from "./address.ts";
import type { AskOptions } from "./backend.ts";
import type { Connecting } from "./connecting.ts";
import { type Draft, emptyDraft } from "./draft.ts";
import { failureOfThrown } from "./failure.ts";
import { readResponse } from "./response.ts";
import { timedOut } from "./timed-out.ts";
import { type Timeouts, type Watchdog, watch } from "./watchdog.ts";
import type { Wire } from "./wire.ts";

export interface Line {
  readonly wire: Wire;
  readonly address: Address;
  readonly connecting: Connecting;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** A proxy stands between: whether the server itself accepts cannot be looked at from here. */
  readonly isProxied: boolean;
}

export type Exchanged =
  | { readonly ok: true; readonly draft: Draft }
  /** `responded`: the server has sent something, so the question must not be sent again unasked. */
  | { readonly ok: false; readonly failure: Failure; readonly responded: boolean };

/** Rejects with the signal's reason when cancelled, and then the connection is closed, which stops the generation. */
export async function exchange(line: Line, body: string, { signal, onProgress }: AskOptions): Promise<Exchanged> {
  signal.throwIfAborted();
  const aborter = new AbortController();
  const cancel = (): void => aborter.abort(signal.reason);
  signal.addEventListener("abort", cancel, { once: true });
  const watchdog = watchLine(line, aborter);
  const draft = emptyDraft();
  let responded = false;
  try {
    const response = await fetch(line.wire.chatUrl, {
      method: "POST",
      headers: line.headers,
      body,
      signal: aborter.signal,
      redirect: "manual",
      timeout: false,
      ...route(line.address),
      ...line.connecting.told(watchdog.connected),
    });
    responded = true;
    const failure = await readResponse(response, draft, {
      wire: line.wire,
      clock: line.clock,
      onBytes: (nowMs) => {
        watchdog.alive(nowMs, draft.firstTokenAtMs !== null);
        onProgress?.(draft.firstTokenAtMs !== null);
      },
      close: () => aborter.abort(),
    });
    return failure === null ? { ok: true, draft } : { ok: false, failure, responded };
  } catch (error) {
    signal.throwIfAborted();
    // The text is whole once its end was named: a connection that breaks after that has cost only the usage.
    if (draft.finish !== null) return { ok: true, draft };
    const expiry = watchdog.expiry();
    const failure = expiry === null ? failureOfThrown(error) : timedOut(expiry, seenBy(line, draft, responded));
    if (failure === null) throw error;
    if (!responded) line.connecting.failed();
    return { ok: false, failure, responded };
  } finally {
    signal.removeEventListener("abort", cancel);
    watchdog.stop();
  }
}

function watchLine({ connecting, clock, timeouts, isProxied }: Line, aborter: AbortController): Watchdog {
  const watchdog = watch({
    clock,
    timeouts,
    onDoubt: () => void connecting.looked(aborter.signal).then(watchdog.connected),
    onExpiry: () => aborter.abort(),
  });
  if (isProxied) watchdog.connected();
  return watchdog;
}

const seenBy = ({ address, connecting, timeouts }: Line, { text }: Draft, responded: boolean) => ({
  ...{ timeouts, isTls: connecting.isTls, place: address.shown, responded, chars: text.length },
});
