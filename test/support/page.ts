/** The status page over a database of a test's own, served for real on a free port. */

import { systemClock } from "../../src/core/clock.ts";
import { promptOf } from "../../src/pipeline/prompts.ts";
import { type PageServing, startPage } from "../../src/run/serving.ts";

export interface TestPage extends PageServing {
  readonly port: number;
  /** Asks it by path, as it is or with other headers; redirects are not followed. */
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  /** As the script in the page does, changed where a test wants it. */
  readonly act: (body: string, headers?: Record<string, string>) => Promise<Response>;
}

/** A stretch of its own for each: a page on all addresses could take the port of one on loopback. */
let wantedPort = 47_000;
let tokens = 0;

const settings = [{ name: "parallel", value: "4", from: "default" }];

/** `port`: where another has been. */
export function startTestPage(
  db: string,
  hostname = "127.0.0.1",
  port: number | null = null,
  registerFile: string | null = null,
): TestPage {
  const ended = new AbortController();
  wantedPort += 100;
  const page = startPage({
    ...{ paths: { db, journal: null }, hostname, port: port ?? wantedPort, portsMax: 100, clock: systemClock },
    ...{ random: Math.random, token: () => `token-${++tokens}`, signal: ended.signal, askedBy: "a test" },
    ...{ prompt: promptOf(), registerFile, pauseFile: null, settings },
  });
  const url = new URL(page.url);
  const base = `http://127.0.0.1:${url.port}`;
  return {
    ...{ url: page.url, port: Number(url.port) },
    stop: async () => {
      ended.abort();
      await page.stop();
    },
    get: (path, headers = {}) => fetch(base + path, { headers, redirect: "manual" }),
    act: async (body, headers = {}) => {
      const html = await (await fetch(`${base}/`)).text();
      const token = /name="enrichd-token" content="([^"]+)"/.exec(html)?.[1] ?? "";
      const all = { "content-type": "application/json", "x-enrichd-token": token, ...headers };
      return fetch(`${base}/api/actions`, { method: "POST", headers: all, body });
    },
  };
}
