/** What a large database costs: from the start to the first question, statistics, memory; 1,000 rows beside a million. */

import { database, discard, freshCopy } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { expectExit, measure } from "./measure.ts";
import { type Round, round, startModel } from "./round.ts";
import { enrichd, pipelineRunner, type Runner } from "./runners.ts";
import { spread, table } from "./table.ts";

const sizes = [1_000, 1_000_000];
const enrichedShare = 0.7;
const rounds = 5;
/** One batch of the pipeline's, which ends with whole ones only. */
const firstChunks = 50;
const manyChunks = 2_000;

export const million: Figure = {
  name: "million",
  title: "A large database: 1,000 and 1,000,000 rows, 70 % of them enriched",
  take: async (say) => {
    const sides = [enrichd, await pipelineRunner()];
    const server = await startModel({});
    const rows: string[][] = [];
    try {
      for (const size of sizes) {
        say(`${size} rows: making the database, once`);
        const template = await database({ rows: size, enrichedShare });
        const taken = new Map<string, Round[]>(sides.map(({ name }) => [name, []]));
        for (let i = 0; i < rounds; i++) {
          say(`${size} rows, ${i + 1} of ${rounds}`);
          for (const side of sides) {
            const job = { template, server, parallel: 1, chunks: firstChunks, max: firstChunks };
            taken.get(side.name)?.push(await round(side, job));
          }
        }
        say(`${size} rows, statistics`);
        const stats = await statsMs(sides, template);
        for (const side of sides) {
          const runs = taken.get(side.name) ?? [];
          const many =
            size < manyChunks * 10
              ? null
              : await round(side, { template, server, parallel: 4, chunks: manyChunks, max: manyChunks });
          rows.push([
            `${size.toLocaleString("en")}, ${side.name}`,
            ...[
              spread(runs.map(({ firstMs }) => firstMs)),
              spread(stats.get(side.name) ?? []),
              spread(runs.map(({ peakMegabytes }) => peakMegabytes)),
            ],
            many === null ? "" : many.peakMegabytes.toFixed(0),
          ]);
        }
      }
    } finally {
      await server.stop();
    }
    const head = [
      "rows, side",
      "start to first question, ms",
      "statistics, ms",
      `peak MB, ${firstChunks} chunks`,
      `peak MB, ${manyChunks.toLocaleString("en")} chunks`,
    ];
    const words = [
      `Medians of ${rounds} runs, taken in turns, and their range; the file is in the system's cache for both. Statistics are those of`,
      "`enrichd stats --json` and of the pipeline's `--stats`, each as a whole process, on a database that no one else has open.",
    ];
    return `${table(head, rows)}\n\n${words.join("\n")}`;
  },
};

/** By side, in turns on one copy, since they write nothing: the copying of 2 GB just before would slow the first. */
async function statsMs(sides: readonly Runner[], template: string): Promise<Map<string, number[]>> {
  const db = freshCopy(template);
  const taken = new Map<string, number[]>();
  try {
    for (let i = 0; i < rounds; i++)
      for (const side of sides) {
        const { wallMs } = expectExit(await measure(side.stats(db)), 0);
        taken.set(side.name, [...(taken.get(side.name) ?? []), wallMs]);
      }
    return taken;
  } finally {
    discard(db);
  }
}
