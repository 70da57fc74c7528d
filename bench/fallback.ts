/** A first server that is killed in the middle of a run and comes back: how long until the second works, and the first again. */

import { join, resolve } from "node:path";
import type { RunEvent } from "../src/core/event.ts";
import { type RealServer, startServer } from "../test/support/server-process.ts";
import { newTarget, rowsOf } from "../test/support/target.ts";
import type { Figure } from "./figure.ts";
import { binary, home } from "./runners.ts";
import { spread, table } from "./table.ts";

const rounds = 10;
const parallel = 4;
const latencyMs = 20;
/** Rows for some twenty seconds: the first may take five to be tried again. */
const rows = 4_000;

interface Told {
  readonly at: string;
  readonly event: RunEvent["event"];
  readonly model?: string;
}

interface Taken {
  /** From the kill to the first row that the second has described. */
  readonly switchedMs: number;
  /** From the start of the new first to the first row that it has described. */
  readonly returnedMs: number;
  readonly failures: number;
}

export const fallback: Figure = {
  name: "fallback",
  title: `A first server that is killed and comes back, with \`--fallback\`: ${latencyMs} ms an answer, ${parallel} in flight`,
  take: async (say) => {
    const taken: Taken[] = [];
    for (let i = 0; i < rounds; i++) {
      taken.push(await once());
      say(`${i + 1} of ${rounds}: ${JSON.stringify(taken.at(-1))}`);
    }
    const row = (what: string, of: (one: Taken) => number): string[] => {
      const sorted = taken.map(of).toSorted((a, b) => a - b);
      return [what, spread(sorted), `${Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)}`];
    };
    return table(
      ["", "median and range", "p95"],
      [
        row("ms from the kill to a row from the second", ({ switchedMs }) => switchedMs),
        row("ms from its start to a row from the first again", ({ returnedMs }) => returnedMs),
        row("questions that failed", ({ failures }) => failures),
      ],
    );
  },
};

const start = (name: string, port = 0): Promise<RealServer> => {
  const program = resolve(import.meta.dir, "../test/soak/server.ts");
  const log = join(home, `${name}.log`);
  const command = [
    process.execPath,
    program,
    log,
    join(home, "well"),
    name,
    "--port",
    `${port}`,
    "--latency",
    `${latencyMs}`,
  ];
  return startServer(command, {}, async (url) => (await fetch(`${url}/health`, { proxy: false })).ok);
};

async function once(): Promise<Taken> {
  await Bun.write(join(home, "well"), "well");
  const [first, second] = [await start("first"), await start("second")];
  const db = newTarget(rowsOf(rows));
  const backends = ["--backend", "openai", "--url", first.url, "--fallback", `openai=${second.url}`];
  const child = Bun.spawn([binary, "run", "--json", "--db", db, "--parallel", `${parallel}`, ...backends], {
    ...({ env: { HOME: home }, stdin: "ignore", stdout: "pipe", stderr: "ignore" } as const),
  });
  const events = eventsOf(child.stdout);
  try {
    await until(events, ({ model }) => model === "first", 100);
    const killedAtMs = Date.now();
    await first.stop();
    const switched = await until(events, ({ model }) => model === "second");
    await until(events, ({ model }) => model === "second", 100);
    const again = await start("first", first.port);
    const againAtMs = Date.now();
    const isBack = ({ model, at }: Told): boolean => model === "first" && Date.parse(at) >= againAtMs;
    const returned = await until(events, isBack);
    await again.stop();
    return {
      switchedMs: Date.parse(switched.at) - killedAtMs,
      returnedMs: Date.parse(returned.at) - againAtMs,
      failures: events.filter(({ event }) => event === "chunk.failed").length,
    };
  } finally {
    child.kill("SIGKILL");
    await second.stop();
  }
}

function eventsOf(stream: ReadableStream<Uint8Array>): Told[] {
  const events: Told[] = [];
  void (async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      events.push(...lines.map((line): Told => JSON.parse(line)));
    }
  })();
  return events;
}

/** The `count`th that is so. */
async function until(events: readonly Told[], isSo: (event: Told) => boolean, count = 1): Promise<Told> {
  for (;;) {
    const found = events.filter(isSo)[count - 1];
    if (found !== undefined) return found;
    await Bun.sleep(5);
  }
}
