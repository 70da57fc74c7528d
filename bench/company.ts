/** What somebody who writes to the same database feels of four runs at once: how long each write takes, beside alone. */

import { type Generation, generations, makeBrainlayer } from "../test/support/brainlayer.ts";
import { temporaryFolder } from "../test/support/folder.ts";
import { startUser, type Waited } from "../test/support/user.ts";
import { discard, enrichedRows, freshCopy } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { expectExit, measure } from "./measure.ts";
import { startModel } from "./round.ts";
import { enrichd } from "./runners.ts";
import { median, spread, table } from "./table.ts";

const chunks = 600;
const runs = 4;
const parallel = 4;
const rounds = 3;
const pauseMs = 5;
const writesAlone = 600;
/** What 16 questions at a time make of it: 32 chunks a second, which no local model reaches, and 160. */
const latencies = [500, 100] as const;

export const company: Figure = {
  name: "company",
  title: `A user's writes beside ${runs} runs`,
  take: async (say) => {
    const lines: string[][] = [];
    for (const generation of generations) {
      const template = await made(generation);
      for (const latencyMs of latencies) {
        const all: Round[] = [];
        for (let i = 1; i <= rounds; i++) {
          say(`generation ${generation}, ${latencyMs} ms, ${i} of ${rounds}`);
          all.push(await round(template, latencyMs));
        }
        lines.push([`${generation}`, ...cells(all)]);
      }
    }
    const head = [
      "generation",
      "chunks/s",
      "alone p50 ms",
      "p99 ms",
      "beside p50 ms",
      "p99 ms",
      "longest ms",
      "p99 beside / alone",
    ];
    const words = `A write is one row in a transaction of its own, every ${pauseMs} ms, with SQLite's own waiting for locks.`;
    return `${table(head, lines)}\n\n${words}`;
  },
};

interface Round {
  readonly perSecond: number;
  readonly alone: Waited;
  readonly beside: Waited;
}

function cells(all: readonly Round[]): string[] {
  const of = (pick: (round: Round) => number, digits = 2): string => spread(all.map(pick), digits);
  const ratio = median(all.map(({ beside }) => beside.p99Ms)) / median(all.map(({ alone }) => alone.p99Ms));
  return [
    of(({ perSecond }) => perSecond, 0),
    ...[of(({ alone }) => alone.p50Ms), of(({ alone }) => alone.p99Ms)],
    ...[of(({ beside }) => beside.p50Ms), of(({ beside }) => beside.p99Ms), of(({ beside }) => beside.maxMs, 1)],
    ratio.toFixed(1),
  ];
}

async function made(generation: Generation): Promise<string> {
  const path = `${temporaryFolder()}/generation-${generation}.db`;
  await makeBrainlayer(
    generation,
    path,
    Array.from({ length: chunks }, (_, i) => ({ id: `row-${i}` })),
  );
  return path;
}

async function round(template: string, latencyMs: number): Promise<Round> {
  const db = freshCopy(template);
  const server = await startModel({ latencyMs });
  try {
    const alone = await startUser(db, pauseMs, writesAlone).ended;
    const program = enrichd.run({ db, url: server.url, parallel });
    const working = Array.from({ length: runs }, () => measure(program));
    // The start of four processes at once is the machine's matter, not the lock's.
    await firstQuestion(server.url);
    const user = startUser(db, pauseMs);
    const startedMs = performance.now();
    for (const measured of await Promise.all(working)) expectExit(measured, 0);
    const seconds = (performance.now() - startedMs) / 1_000;
    user.leave();
    const beside = await user.ended;
    if (enrichedRows(db) !== chunks) throw new Error(`${enrichedRows(db)} of ${chunks} are described`);
    return { perSecond: chunks / seconds, alone, beside };
  } finally {
    await server.stop();
    discard(db);
  }
}

async function firstQuestion(url: string): Promise<void> {
  for (;;) {
    const { questions } = (await (await fetch(`${url}/seen`, { proxy: false })).json()) as { questions: number };
    if (questions >= runs * parallel) return;
    await Bun.sleep(5);
  }
}
