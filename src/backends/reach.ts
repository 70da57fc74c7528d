/** Looks whether a server accepts connections, for fetch does not tell connecting from waiting. It sends nothing. */

import { connect } from "node:net";
import type { Clock } from "../core/clock.ts";
import type { Address } from "./address.ts";

type Place = Pick<Address, "hostname" | "port" | "socket">;

/** Whether a connection is accepted; a refusal, and silence for as long as the signal lasts, are a no. */
export function isListening({ hostname, port, socket: path }: Place, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const socket = path === null ? connect({ host: hostname, port }) : connect({ path });
    const settle = (isThere: boolean): void => {
      signal.removeEventListener("abort", give);
      socket.destroy();
      resolve(isThere);
    };
    const give = (): void => settle(false);
    signal.addEventListener("abort", give, { once: true });
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

/** As isListening; silence for so many milliseconds is a no. */
export async function listensWithin(place: Place, ms: number, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  void clock.sleep(ms, over.signal).then(() => over.abort());
  try {
    return await isListening(place, over.signal);
  } finally {
    over.abort();
  }
}

/**
 * Resolves when the server has accepted a connection, or has said anything else about it (a refusal is fetch's to
 * report); stays pending while nothing at all comes back, and ends quietly with the signal.
 */
export const reached = (place: Place, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    void isListening(place, signal).then(() => {
      if (!signal.aborted) resolve();
    });
  });
