/** How long after `kill -9` the work goes on: from the next start to the first new question. */

import { database, discard, enrichedRows, freshCopy, pending } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { expectExit, measure } from "./measure.ts";
import { asked, forget, seen, startModel } from "./round.ts";
import { enrichd, pipelineRunner, type Runner } from "./runners.ts";
import { spread, table } from "./table.ts";

const [latencyMs, parallel, chunks, rounds] = [50, 4, 200, 5];

interface Killed {
  readonly writtenAtKill: number;
  /** From the start of a process to its first question: of the one that is killed, and of the one after it. */
  readonly firstMs: number;
  readonly againMs: number;
  readonly askedTwice: number;
}

export const afterKill: Figure = {
  name: "after-kill",
  title: "kill -9 in the middle: until the next process asks",
  take: async (say) => {
    const template = await database(pending(chunks));
    const server = await startModel({ latencyMs });
    const rows: string[][] = [];
    try {
      for (const runner of [enrichd, await pipelineRunner()]) {
        const taken: Killed[] = [];
        for (let i = 0; i < rounds; i++) {
          say(`${runner.name}, ${i + 1} of ${rounds}`);
          taken.push(await killed(runner, template, server));
        }
        const column = (of: keyof Killed): string => spread(taken.map((one) => one[of]));
        rows.push([
          runner.name,
          ...[column("writtenAtKill"), column("firstMs"), column("againMs"), column("askedTwice")],
        ]);
      }
    } finally {
      await server.stop();
    }
    const head = ["side", "written at the kill", "first start to question, ms", "start after it, ms", "asked twice"];
    const words = `Medians of ${rounds} runs and their range; ${chunks} chunks, ${latencyMs} ms an answer, ${parallel} in flight, killed after half of them.`;
    return `${table(head, rows)}\n\n${words}`;
  },
};

async function killed(runner: Runner, template: string, server: Awaited<ReturnType<typeof startModel>>) {
  const db = freshCopy(template);
  const program = runner.run({ db, url: server.url, parallel });
  try {
    await forget(server);
    const startedAtMs = performance.timeOrigin + performance.now();
    const child = Bun.spawn([...program.command], {
      ...{ env: { ...program.env }, stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    });
    await asked(server, chunks / 2);
    child.kill("SIGKILL");
    await child.exited;
    const before = await seen(server);
    const writtenAtKill = enrichedRows(db);
    await forget(server);
    const measured = expectExit(await measure(program), 0);
    const after = await seen(server);
    if (enrichedRows(db) !== chunks) throw new Error(`${enrichedRows(db)} of ${chunks} were described`);
    return {
      writtenAtKill,
      firstMs: before.firstAtMs - startedAtMs,
      againMs: after.firstAtMs - measured.startedAtMs,
      askedTwice: before.questions + after.questions - chunks,
    };
  } finally {
    discard(db);
  }
}
