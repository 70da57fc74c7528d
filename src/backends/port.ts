/** Ports of this machine: whether somebody listens at one, and one that is free. It sends nothing. */

import { connect, createServer } from "node:net";

/** Whether a connection is accepted; a refusal, and silence for as long as the signal lasts, are a no. */
export function isListening(hostname: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const socket = connect({ host: hostname, port });
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

/** The wanted port of 127.0.0.1 where it can be bound, else one that the system chooses. Another may take it meanwhile. */
export async function freePort(wanted: number | null): Promise<number> {
  return (wanted === null ? null : await bound(wanted)) ?? (await bound(0)) ?? 0;
}

function bound(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}
