/** The server of the page: on loopback unless somebody wants it otherwise, on the first free port from the wanted one on. */

import { errorCode } from "../core/error-code.ts";
import { Problem } from "../core/problem.ts";
import { type AppParts, createApp } from "./app.tsx";
import { bodyMax } from "./guard.ts";

export interface ServeParts extends Omit<AppParts, "hosts"> {
  readonly hostname: string;
  readonly port: number;
  /** How many ports are tried; 1 where the user named one. */
  readonly portsMax: number;
}

export interface Serving {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/**
 * Of a connection on which nothing happens, in seconds; the live updates have no such limit. A request that does not come to
 * its end is cut off by Bun itself, after 12 s whatever this says (seen on Bun 1.4.5; a test holds it).
 */
const idleS = 10;

/** Throws a Problem of kind `cannot_create` when no port is free. */
export function servePage(parts: ServeParts): Serving {
  // The app knows its own names, which have the port in them: so the port comes first.
  let app: Pick<ReturnType<typeof createApp>, "fetch"> = { fetch: () => new Response("Starting.\n", { status: 503 }) };
  const { server, port } = listen(parts, (request, live) => {
    if (new URL(request.url).pathname === "/api/events") live.timeout(request, 0);
    return app.fetch(request);
  });
  const names = [parts.hostname, "127.0.0.1", "localhost", "[::1]"].map((name) => (name === "::1" ? "[::1]" : name));
  const hosts = isLoopback(parts.hostname) ? [...new Set(names.map((name) => `${name}:${port}`))] : null;
  app = createApp({ ...parts, hosts });
  const shown = parts.hostname === "0.0.0.0" || parts.hostname === "::" ? "127.0.0.1" : parts.hostname;
  return { url: `http://${shown}:${port}/`, port, stop: () => server.stop(true) };
}

export const isLoopback = (hostname: string): boolean =>
  /^127\.\d+\.\d+\.\d+$/.test(hostname) || ["localhost", "::1", "[::1]"].includes(hostname);

type Answer = (request: Request, server: Bun.Server<undefined>) => Response | Promise<Response>;

function listen({ hostname, port: wanted, portsMax }: ServeParts, answer: Answer) {
  for (let port = wanted; port < wanted + portsMax; port++) {
    try {
      const server = Bun.serve({
        // Said, since Bun 1.4.5 takes `development: false` for a wish to share the port: two pages would take turns at it.
        ...{ hostname, port, development: false, reusePort: false },
        ...{ idleTimeout: idleS, maxRequestBodySize: bodyMax },
        fetch: answer,
      });
      return { server, port: server.port ?? port };
    } catch (error) {
      const code = errorCode(error);
      if (code === "EADDRINUSE" || code === "EACCES") continue;
      throw error;
    }
  }
  const what = portsMax === 1 ? "the port is taken, or may not be used" : `no port from ${wanted} on is free`;
  throw new Problem(
    "cannot_create",
    what,
    `${hostname}:${wanted}`,
    "name another one: --status=PORT, or serve --port N",
  );
}
