/** What a runner costs where the model costs nothing: 2,000 chunks at 1, 4 and 16 in flight. */

import { database, pending } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { recorded } from "./recorded.ts";
import { inTurns, type Round, startModel } from "./round.ts";
import { pipelineRunner } from "./runners.ts";
import { median, spread, table } from "./table.ts";

const chunks = 2_000;
const rounds = 5;

export const zeroLatency: Figure = {
  name: "zero-latency",
  title: `A model that answers at once: ${chunks.toLocaleString("en")} chunks`,
  take: async (say) => {
    const template = await database(pending(chunks));
    const pipeline = await pipelineRunner();
    const bodies = await recorded(template, chunks);
    const server = await startModel({});
    const rows: string[][] = [];
    try {
      for (const parallel of [1, 4, 16]) {
        const job = { template, server, parallel, chunks };
        const taken = await inTurns(pipeline, bodies, job, rounds, say);
        const times = (median(rates(taken.enrichd)) / median(rates(taken.pipeline))).toFixed(1);
        rows.push(row(parallel, "enrichd", taken.enrichd, times));
        rows.push(row(parallel, "pipeline", taken.pipeline, ""), row(parallel, "bare loop", taken.bare, ""));
      }
    } finally {
      await server.stop();
    }
    const head = [
      "in flight, side",
      "chunks/s, whole process",
      "× pipeline",
      "chunks/s, first question to last answer",
    ];
    const words = [
      `Medians of ${rounds} runs, taken in turns, and their range; the ratio is of the medians. The whole process has its start`,
      "and end in it. The bare loop asks the same questions and neither reads nor keeps the answers.",
    ];
    const columns = [...head, "CPU ms per chunk", "peak MB"];
    return `${table(columns, rows)}\n\n${words.join("\n")}`;
  },
};

const rates = (taken: readonly Round[]): number[] => taken.map(({ chunks: n, wallMs }) => (n / wallMs) * 1000);

function row(parallel: number, side: string, taken: readonly Round[], times: string): string[] {
  const spans = taken.map(({ chunks: n, spanMs }) => (n / spanMs) * 1000);
  const cost = taken.map(({ chunks: n, cpuMs }) => cpuMs / n);
  const peaks = taken.map(({ peakMegabytes }) => peakMegabytes);
  return [`${parallel}, ${side}`, spread(rates(taken)), times, spread(spans), spread(cost, 2), spread(peaks)];
}
