/** Looks whether a server accepts connections, for fetch does not tell connecting from waiting. It sends nothing. */

import { connect } from "node:net";
import type { Address } from "./address.ts";

/**
 * Resolves when the server has accepted a connection, or has said anything else about it (a refusal is fetch's to
 * report); stays pending while nothing at all comes back, and ends quietly with the signal.
 */
export function reached(address: Pick<Address, "hostname" | "port" | "socket">, signal: AbortSignal): Promise<void> {
  const { hostname, port, socket: path } = address;
  return new Promise((resolve) => {
    if (signal.aborted) return;
    const socket = path === null ? connect({ host: hostname, port }) : connect({ path });
    const give = (): void => {
      socket.destroy();
    };
    signal.addEventListener("abort", give, { once: true });
    const settle = (): void => {
      signal.removeEventListener("abort", give);
      socket.destroy();
      resolve();
    };
    socket.once("connect", settle);
    socket.once("error", settle);
  });
}
