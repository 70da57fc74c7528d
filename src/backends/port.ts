/** A port of this machine that is free. */

import { createServer } from "node:net";

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
