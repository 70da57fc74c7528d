/** One run of one side against the cheap server: on a copy of its own, and it counts only when all the work was done. */

import { resolve } from "node:path";
import { type RealServer, startServer } from "../test/support/server-process.ts";
import { discard, enrichedRows, freshCopy } from "./databases.ts";
import { expectExit, type Measured, measure } from "./measure.ts";
import type { Seen, ServerOptions } from "./model-server.ts";
import { bareLoop, enrichd, type Runner } from "./runners.ts";

export interface Round extends Measured {
  readonly chunks: number;
  /** From the first question to the last answer, as the server saw it. */
  readonly spanMs: number;
  /** From the start of the process to its first question. */
  readonly firstMs: number;
}

export function startModel(options: ServerOptions): Promise<RealServer> {
  const command = [process.execPath, resolve(import.meta.dir, "model-server.ts"), JSON.stringify(options)];
  return startServer(command, {}, async (url) => (await fetch(`${url}/health`, { proxy: false })).ok);
}

export interface Job {
  readonly template: string;
  readonly server: RealServer;
  readonly parallel: number;
  /** How many are pending, or are asked for with `max`. */
  readonly chunks: number;
  readonly max?: number;
  /** Starts another process that works with the copy, once the first question was asked, and gives what ends it. */
  readonly beside?: (db: string) => Promise<() => Promise<void>>;
}

export async function round(runner: Runner, { template, server, parallel, chunks, max, beside }: Job): Promise<Round> {
  const db = freshCopy(template);
  let end: (() => Promise<void>) | undefined;
  try {
    const before = enrichedRows(db);
    await forget(server);
    const program = runner.run({ db, url: server.url, parallel, ...(max === undefined ? {} : { max }) });
    const running = measure(program);
    if (beside !== undefined) {
      await Promise.race([asked(server, 1), running]);
      end = await beside(db);
    }
    const measured = expectExit(await running, 0);
    const done = enrichedRows(db) - before;
    if (done !== chunks) throw new Error(`${runner.name} described ${done} of ${chunks}:\n${measured.stderr}`);
    return timed(measured, await seen(server), chunks);
  } finally {
    await end?.();
    discard(db);
  }
}

/** The same questions, by a client that does nothing else. */
export async function bareRound(bodies: string, { server, parallel, chunks }: Omit<Job, "template">): Promise<Round> {
  await forget(server);
  const measured = expectExit(await measure(bareLoop({ url: server.url, bodies, parallel, max: chunks })), 0);
  return timed(measured, await seen(server), chunks);
}

/** Both sides and the bare loop, each in its turn, so that an hour in which the machine is slow is slow for all. */
export async function inTurns(
  pipeline: Runner,
  bodies: string,
  job: Job,
  rounds: number,
  say: (line: string) => void,
): Promise<Readonly<Record<"enrichd" | "pipeline" | "bare", readonly Round[]>>> {
  const taken: Record<"enrichd" | "pipeline" | "bare", Round[]> = { enrichd: [], pipeline: [], bare: [] };
  for (let i = 0; i < rounds; i++) {
    say(`${job.parallel} in flight, ${i + 1} of ${rounds}`);
    taken.enrichd.push(await round(enrichd, job));
    taken.pipeline.push(await round(pipeline, job));
    taken.bare.push(await bareRound(bodies, job));
  }
  return taken;
}

const timed = (measured: Measured, { firstAtMs, lastAtMs }: Seen, chunks: number): Round => ({
  ...measured,
  chunks,
  spanMs: lastAtMs - firstAtMs,
  firstMs: firstAtMs - measured.startedAtMs,
});

export const forget = (server: RealServer) => fetch(`${server.url}/seen`, { method: "DELETE", proxy: false });
export const seen = async (server: RealServer): Promise<Seen> =>
  (await (await fetch(`${server.url}/seen`, { proxy: false })).json()) as Seen;

/** Resolves when so many questions have come. */
export async function asked(server: RealServer, questions: number): Promise<void> {
  while ((await seen(server)).questions < questions) await Bun.sleep(2);
}
