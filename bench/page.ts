/** The status page: how soon a view of a million rows is there, what a client costs, and what is sent in all. */

import { cpuMsOf } from "../test/support/cpu.ts";
import { newTarget, rowsOf } from "../test/support/target.ts";
import { database, discard, freshCopy } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { startModel } from "./round.ts";
import { enrichd } from "./runners.ts";
import { spread, table } from "./table.ts";

const rows = 1_000_000;
const looks = 100;
const clients = 32;
const watchMs = 10_000;
const chunks = 600;
const pairs = 5;
const views = [
  "/",
  "/chunks",
  "/chunks?state=pending",
  "/chunks?q=no+text+has+this",
  "/failures",
  "/descriptions",
  "/backends",
  "/metrics",
];

export const page: Figure = {
  name: "page",
  title: "The status page: a million rows, 70 % of them enriched",
  take: async (say) => {
    say("making a million rows");
    const db = await freshCopy(await database({ rows, enrichedShare: 0.7 }));
    const served = await serve(db);
    try {
      say("views");
      const lines: string[][] = [];
      for (const view of views) lines.push([`\`${view}\``, ...(await timesOf(served.url, view))]);
      const [bytes, cost] = [await sentBytes(served.url), await clientCost(served)];
      const head = ["view", "p50, ms", "p99, ms", "first of all, ms"];
      say("throughput with a page open and without");
      const share = await throughput();
      return [
        table(head, lines),
        `Sent for the overview with script, style and plotting library: ${(bytes.plain / 1_000).toFixed(0)} kB, ${(bytes.gzip / 1_000).toFixed(0)} kB by gzip (wanted: under 200 kB compressed).`,
        `Processor of the serving process: ${cost.idle.toFixed(2)} % of a core with no page open, ${cost.open.toFixed(2)} % with ${clients} pages that show the overview live.`,
        `Throughput at 50 ms and 4 in flight, with a page open beside the run, of that without: ${share} (${pairs} pairs; wanted: at least 0.98).`,
      ].join("\n\n");
    } finally {
      served.stop();
      discard(db);
    }
  },
};

interface Served {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => void;
}

async function serve(db: string): Promise<Served> {
  const [binary = ""] = enrichd.run({ db, url: "http://127.0.0.1:1", parallel: 1 }).command;
  const child = Bun.spawn([binary, "serve", "--db", db], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  let said = "";
  for await (const bytes of child.stderr) {
    said += new TextDecoder().decode(bytes);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (url !== undefined) return { url, pid: child.pid, stop: () => void child.kill() };
  }
  throw new Error(`serve did not start: ${said}`);
}

async function timesOf(url: string, view: string): Promise<string[]> {
  const taken: number[] = [];
  for (let i = 0; i < looks; i++) {
    const startedMs = performance.now();
    const response = await fetch(url + view, { proxy: false });
    await response.text();
    if (!response.ok) throw new Error(`${view} answers ${response.status}`);
    taken.push(performance.now() - startedMs);
  }
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(looks - 1, Math.floor(looks * share))] ?? 0).toFixed(1);
  return [at(0.5), at(0.99), (taken[0] ?? 0).toFixed(1)];
}

async function sentBytes(url: string): Promise<{ plain: number; gzip: number }> {
  let [plain, gzip] = [0, 0];
  for (const path of ["/", "/assets/page.css", "/assets/page.js", "/assets/plot.js", "/api/series?range=1h"]) {
    const body = new Uint8Array(await (await fetch(url + path, { proxy: false })).arrayBuffer());
    plain += body.byteLength;
    gzip += Bun.gzipSync(body).byteLength;
  }
  return { plain, gzip };
}

/** Percent of a core. */
async function clientCost({ url, pid }: Served): Promise<{ idle: number; open: number }> {
  const share = async (): Promise<number> => {
    const before = cpuMsOf(pid);
    await Bun.sleep(watchMs);
    return ((cpuMsOf(pid) - before) / watchMs) * 100;
  };
  await Bun.sleep(3_000);
  const idle = await share();
  const gone = new AbortController();
  const streams = Array.from({ length: clients }, () =>
    fetch(`${url}/api/events?view=%2F`, { proxy: false, signal: gone.signal })
      .then(async (response) => {
        for await (const _ of response.body ?? []) if (gone.signal.aborted) return;
      })
      .catch(() => {}),
  );
  await Bun.sleep(1_000);
  const open = await share();
  gone.abort();
  await Promise.all(streams);
  return { idle, open };
}

/** In turns, so that a machine that gets slower is so for both. */
async function throughput(): Promise<string> {
  const server = await startModel({ latencyMs: 50 });
  const shares: number[] = [];
  try {
    for (let i = 0; i < pairs; i++) {
      const [alone, beside] = [await runMs(server.url, false), await runMs(server.url, true)];
      shares.push(alone / beside);
    }
  } finally {
    await server.stop();
  }
  return spread(shares, 3);
}

async function runMs(url: string, withPage: boolean): Promise<number> {
  const db = newTarget(rowsOf(chunks));
  const { command, env } = enrichd.run({ db, url, parallel: 4 });
  const startedMs = performance.now();
  const child = Bun.spawn([...command, "--quiet"], { env: { ...env }, stdio: ["ignore", "ignore", "ignore"] });
  const served = withPage ? await serve(db) : null;
  const gone = new AbortController();
  const open =
    served === null
      ? null
      : fetch(`${served.url}/api/events?view=%2F`, { proxy: false, signal: gone.signal })
          .then((response) => response.text())
          .catch(() => {});
  await child.exited;
  const tookMs = performance.now() - startedMs;
  gone.abort();
  await open;
  served?.stop();
  discard(db);
  return tookMs;
}
