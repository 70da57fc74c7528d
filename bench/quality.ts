/** What the quality gate and the scrubber cost for each chunk, on texts and summaries that people wrote. */

import type { Question } from "../src/backends/backend.ts";
import { describe } from "../src/backends/lexical/describe.ts";
import type { Enrichment } from "../src/core/enrichment.ts";
import { promptOf } from "../src/pipeline/prompts.ts";
import { createJudge } from "../src/pipeline/quality/judge.ts";
import { readReply } from "../src/pipeline/reply.ts";
import { createScrubber } from "../src/privacy/scrubber.ts";
import { scrubbed } from "../src/store/scrubbed.ts";
import { writtenByPeople } from "../test/support/human-corpus.ts";
import type { Figure } from "./figure.ts";
import { table } from "./table.ts";

const chars = 4_000;
const chunksMax = 300;
const warmRounds = 5;
const rounds = 10;

export const quality: Figure = {
  name: "quality",
  title: "The quality gate and the scrubber, for each chunk of 4,000 characters",
  take: async (say) => {
    const all = samples();
    say(`${all.length} chunks`);
    const judge = createJudge("mark");
    const { scrub, holds, drain } = createScrubber();
    const author = { backend: "openai", model: "m" };
    const works: readonly (readonly [string, (sample: Sample) => unknown])[] = [
      ["the gate: every rule", ({ said, question }) => judge(said, question, author)],
      ["scrubbing the reply's fields", ({ reply }) => readReply(reply, [], scrub)],
      ["reading the reply alone", ({ reply }) => readReply(reply)],
      ["scrubbing the answer once more", ({ said }) => scrubbed(said, { scrub, holds, drain })],
    ];
    const rows = works.map(([name, work]) => {
      const { mean, p50, p99, cpu } = cost(all, work);
      return [name, ...[mean, p50, p99, cpu].map((ms) => ms.toFixed(3))];
    });
    return table(["", "mean ms", "p50 ms", "p99 ms", "CPU ms"], rows);
  },
};

interface Sample {
  readonly question: Question;
  readonly said: Enrichment;
  readonly reply: string;
}

function samples(): Sample[] {
  const { system, schema, maxTokens } = promptOf();
  const written = writtenByPeople();
  const prose = written.map(({ text }) => text).join("\n\n");
  return Array.from({ length: Math.min(chunksMax, Math.floor(prose.length / chars)) }, (_, i) => {
    const text = prose.slice(i * chars, (i + 1) * chars);
    // The summary is a person's: that backend's own are sentences of the text, as no model's shall be.
    const summary = written[i]?.summary ?? "";
    const said = { ...describe(text, null), summary, importance: 1 + (i % 9) };
    const question = { messages: [system], schema, maxTokens, text, contentType: null };
    return { question, said, reply: JSON.stringify(said) };
  });
}

function cost(all: readonly Sample[], work: (sample: Sample) => unknown) {
  for (let round = 0; round < warmRounds; round++) for (const sample of all) work(sample);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++)
    for (const sample of all) {
      const startMs = performance.now();
      work(sample);
      times.push(performance.now() - startMs);
    }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return { mean, p50: at(0.5), p99: at(0.99), cpu: (user + system) / 1_000 / times.length };
}
