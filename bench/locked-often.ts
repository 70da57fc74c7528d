/** What a lock costs that another process has four fifths of the time: throughput of both sides, and our longest stall. */

import { resolve } from "node:path";
import { database, pending } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { type Job, type Round, round, startModel } from "./round.ts";
import { enrichd, pipelineRunner, type Runner } from "./runners.ts";
import { median, spread, table } from "./table.ts";

const [latencyMs, parallel] = [50, 4];
const [heldMs, periodMs] = [800, 1_000];
const rounds = 3;

/** The same code under Bun, where a timer beside it can see the event loop. */
const watched: Runner = {
  ...enrichd,
  run: ({ db, url, parallel: inFlight }) => {
    const script = resolve(import.meta.dir, "watched-run.ts");
    return { command: [process.execPath, script, db, url, `${inFlight}`], env: { PATH: process.env["PATH"] ?? "" } };
  },
};

export const lockedOften: Figure = {
  name: "locked-often",
  title: `Another process holds the write lock ${heldMs} ms of each ${periodMs} ms`,
  take: async (say) => {
    const server = await startModel({ latencyMs });
    const pipeline = await pipelineRunner();
    const sides = [
      { name: "enrichd, 200 chunks", runner: enrichd, chunks: 200 },
      { name: "enrichd, 1,000 chunks", runner: enrichd, chunks: 1_000 },
      { name: "pipeline, 200 chunks", runner: pipeline, chunks: 200 },
      { name: "enrichd under Bun, 200 chunks", runner: watched, chunks: 200 },
    ];
    const rows: string[][] = [];
    try {
      for (const { name, runner, chunks } of sides) {
        const job = { template: await database(pending(chunks)), server, parallel, chunks };
        const [free, locked]: [Round[], Round[]] = [[], []];
        for (let i = 0; i < rounds; i++) {
          say(`${name}, ${i + 1} of ${rounds}`);
          free.push(await round(runner, job));
          locked.push(await round(runner, { ...job, beside: holdOften }));
        }
        rows.push([name, ...compared(free, locked), runner === watched ? `${stall(free)}, ${stall(locked)}` : ""]);
      }
    } finally {
      await server.stop();
    }
    const head = [
      "side",
      "free, s",
      "locked, s",
      "share",
      "process: free, s",
      "locked, s",
      "share",
      "longest stall, ms",
    ];
    const words = [
      `Medians of ${rounds} runs and their range; ${latencyMs} ms an answer, ${parallel} in flight; shares are of the medians. The`,
      "lock begins with the first question: under it, the pipeline would not start. The first three are from the",
      "first question to the last answer, as the server saw it: how well the model is kept busy; then of the whole process,",
      "which at its end waits for the lock to write what is left. The stall is of the event loop, free and locked.",
    ];
    return `${table(head, rows)}\n\n${words.join("\n")}`;
  },
};

function compared(free: readonly Round[], locked: readonly Round[]): string[] {
  const spans = [free, locked].map((taken) => taken.map(({ spanMs }) => spanMs / 1_000));
  const whole = [free, locked].map((taken) => taken.map(({ wallMs }) => wallMs / 1_000));
  return [spans, whole].flatMap(([without = [], under = []]) => [
    ...[spread(without, 2), spread(under, 2)],
    (median(without) / median(under)).toFixed(3),
  ]);
}

const stall = (taken: readonly Round[]): string => spread(taken.map(({ stdout }) => Number(stdout)));

/** Starts it on a database; it has the lock when this resolves, and what it gives ends it. */
const holdOften: NonNullable<Job["beside"]> = async (db) => {
  const command = [process.execPath, resolve(import.meta.dir, "hold-often.ts"), db, `${heldMs}`, `${periodMs}`];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const { done } = await child.stdout.getReader().read();
  if (done) throw new Error(`no lock on ${db}`);
  return async () => {
    child.stdin.end();
    await child.exited;
  };
};
