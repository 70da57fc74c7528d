/** Stands between a runner and a server, passes everything on as it comes, and keeps what was asked and when. */

import { nowMs } from "./model-server.ts";

export interface Recorder {
  readonly url: string;
  readonly bodies: string[];
  /** From the first question to the end of the last answer so far. */
  readonly spanMs: () => number;
  readonly stop: () => void;
}

export function startRecorder(server: string): Recorder {
  const bodies: string[] = [];
  let firstAtMs = 0;
  let lastAtMs = 0;
  const proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const { method, headers } = request;
      // A connection of its own for each: one that the server has closed meanwhile would be reset by the next question.
      const options = { keepalive: false, headers, timeout: false, proxy: false, signal: request.signal };
      if (method !== "POST") return fetch(`${server}${pathname}`, options);
      const body = await request.text();
      bodies.push(body);
      if (firstAtMs === 0) firstAtMs = nowMs();
      const response = await fetch(`${server}${pathname}`, { ...options, method, body });
      const ending = new TransformStream({
        flush: () => {
          lastAtMs = nowMs();
        },
      });
      return new Response(response.body?.pipeThrough(ending) ?? null, {
        status: response.status,
        headers: response.headers,
      });
    },
  });
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    bodies,
    spanMs: () => lastAtMs - firstAtMs,
    stop: () => void proxy.stop(true),
  };
}
