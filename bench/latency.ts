/** How well a model is kept busy: 50 ms an answer, at 1 to 32 in flight, as a share of the ideal. */

import { database, pending } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { recorded } from "./recorded.ts";
import { inTurns, type Round, startModel } from "./round.ts";
import { pipelineRunner } from "./runners.ts";
import { spread, table } from "./table.ts";

const latencyMs = 50;
/** So many for each in flight: the ideal is then five seconds everywhere. */
const chunksEach = 100;
const idealMs = chunksEach * latencyMs;
const rounds = 3;
const parallels = [1, 4, 8, 16, 32];

export const latency: Figure = {
  name: "latency",
  title: `A model that takes ${latencyMs} ms: share of the ideal`,
  take: async (say) => {
    const pipeline = await pipelineRunner();
    const server = await startModel({ latencyMs });
    const rows: string[][] = [];
    try {
      for (const parallel of parallels) {
        const chunks = chunksEach * parallel;
        const template = await database(pending(chunks));
        const bodies = await recorded(template, chunks);
        const job = { template, server, parallel, chunks };
        const taken = await inTurns(pipeline, bodies, job, rounds, say);
        const spans = [taken.enrichd, taken.pipeline, taken.bare].map((side) => spread(side.map(spanShare), 3));
        const whole = [taken.enrichd, taken.pipeline].map((side) => spread(side.map(wholeShare), 3));
        rows.push([`${parallel}`, `${chunks}`, ...spans, ...whole]);
      }
    } finally {
      await server.stop();
    }
    const head = ["in flight", "chunks", "enrichd", "pipeline", "bare loop", "enrichd, process", "pipeline, process"];
    const words = [
      `Medians of ${rounds} runs, taken in turns, and their range. The ideal is chunks × ${latencyMs} ms ÷ in flight, 5 s in each row.`,
      "The first three are from the first question to the last answer, as the server saw it; the last two are of the whole",
      "process, with its start and end. The bare loop shows what the server's own timer leaves of the ideal.",
    ];
    return `${table(head, rows)}\n\n${words.join("\n")}`;
  },
};

const spanShare = ({ spanMs }: Round): number => idealMs / spanMs;
const wholeShare = ({ wallMs }: Round): number => idealMs / wallMs;
