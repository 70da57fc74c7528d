/**
 * `--parallel auto` against every fixed number, on real servers: llama.cpp's with 135 million parameters and four slots,
 * and mlx_lm.server, which batches. The gate and its climb are the real ones; the questions are short, for two cores.
 */

import type { Question } from "../src/backends/backend.ts";
import { openaiBackend } from "../src/backends/openai.ts";
import { systemClock, systemRandom } from "../src/core/clock.ts";
import { parallelPolicy } from "../src/core/parallel.ts";
import { createGate } from "../src/pipeline/gate.ts";
import { createLimiter, type Limiter, unlimited } from "../src/pipeline/limiter.ts";
import { createLineup } from "../src/pipeline/lineup.ts";
import { startLlama } from "../test/support/llama-server.ts";
import { startMlx } from "../test/support/mlx-server.ts";
import { gatePolicy } from "../test/support/runner.ts";
import type { RealServer } from "../test/support/server-process.ts";
import type { Figure } from "./figure.ts";
import { median, spread, table } from "./table.ts";

const rounds = 2;
const fixed = [1, 2, 4, 8] as const;
const clock = systemClock;
const timeouts = { connectMs: 10_000, firstTokenMs: 600_000, progressMs: 600_000, totalMs: 900_000 };

interface Side {
  readonly name: string;
  readonly slots: number;
  readonly limiter: () => Limiter;
}

export const parallelAuto: Figure = {
  name: "parallel-auto",
  title: "`--parallel auto` on real servers: short questions",
  take: async (say) => {
    const tables: string[] = [];
    for (const { name, questions, start } of servers) {
      tables.push(
        `${name}, ${questions} questions:\n\n${await compare(start, questions, (line) => say(`${name}, ${line}`))}`,
      );
      // The second server takes long: whoever ends it before its end has the first.
      say(tables.at(-1) ?? "");
    }
    return tables.join("\n\n");
  },
};

interface RealOne {
  readonly name: string;
  /** For a minute or two: a climb takes a dozen answers a step, which hours of work do not notice. */
  readonly questions: number;
  readonly start: () => Promise<RealServer>;
}
const servers: readonly RealOne[] = [
  { name: "mlx_lm.server", questions: 480, start: () => startMlx() },
  { name: "llama.cpp's server with four slots", questions: 96, start: () => startLlama({ parallel: 4, threads: 2 }) },
];

async function compare(start: RealOne["start"], questions: number, say: (line: string) => void): Promise<string> {
  let best: number | null = null;
  let [last, top] = [2, 2];
  const climbing = (recall: () => number | null): Limiter =>
    createLimiter({
      ...{ policy: parallelPolicy(16), clock, recall },
      remember: (limit) => {
        best = limit;
      },
      onChange: (_, limit) => {
        last = limit;
        top = Math.max(top, limit);
      },
    });
  const sides: Side[] = [
    ...fixed.map((slots) => ({ name: `${slots}`, slots, limiter: () => unlimited })),
    { name: "auto, from nothing", slots: 16, limiter: () => climbing(() => null) },
    { name: "auto, the second time", slots: 16, limiter: () => climbing(() => best) },
  ];
  const rates = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
  const server = await start();
  try {
    await rate({ name: "warm", slots: 2, limiter: () => unlimited }, server.url, 8);
    for (let round = 0; round < rounds; round++)
      for (const side of sides) {
        const found = await rate(side, server.url, questions);
        rates.get(side.name)?.push(found);
        say(`${side.name}, ${round + 1} of ${rounds}: ${found.toFixed(1)} tokens/s`);
      }
  } finally {
    await server.stop();
  }
  const of = (name: string): number[] => rates.get(name) ?? [];
  const most = Math.max(...fixed.map((slots) => median(of(`${slots}`))));
  const rows = sides.map(({ name }) => [name, spread(of(name), 1), (median(of(name)) / most).toFixed(2)]);
  const words = `Medians of ${rounds} runs in turns on one server, and their range. The climb went as far as ${top} and ended at ${last}.`;
  return `${table(["questions at a time", "answer tokens/s", "of the best fixed"], rows)}\n\n${words}`;
}

/** Answer tokens in a second, from the first question to the last answer. */
async function rate({ slots, limiter }: Side, url: string, count: number): Promise<number> {
  const backend = openaiBackend({ name: "openai", url, model: null, apiKey: null, thinking: false, timeouts, clock });
  const { signal } = new AbortController();
  const lineup = createLineup({
    ...{ clock, report: () => {} },
    gates: (shared) => [
      createGate({
        ...{ backend, label: "openai", policy: gatePolicy, clock, random: systemRandom, signal, limiter: limiter() },
        ...{ report: () => {}, examine: async () => "well", forgive: () => {}, onError: console.error },
        ...shared(0),
      }),
    ],
  });
  let [next, tokens] = [0, 0];
  const slot = async (): Promise<void> => {
    while (next < count) {
      const pass = await lineup.enter(signal);
      if (pass === null) throw new Error("the server was given up");
      if (next >= count) return pass.abandon();
      const onProgress = (hasToken: boolean): void => (hasToken ? pass.alive() : undefined);
      const reply = await backend.ask(questionOf(next++), { signal, onProgress });
      const work = reply.ok ? (reply.value.usage?.tokensOut ?? 0) : 0;
      tokens += work;
      pass.settle(reply.ok ? null : reply.failure, { work });
    }
  };
  const startMs = clock.nowMs();
  await Promise.all(Array.from({ length: slots }, slot));
  return (tokens / (clock.nowMs() - startMs)) * 1_000;
}

const schema = {
  type: "object",
  properties: { summary: { type: "string", maxLength: 60 }, importance: { type: "integer", minimum: 1, maximum: 10 } },
  required: ["summary", "importance"],
  additionalProperties: false,
};

const questionOf = (n: number): Question => {
  const text = `The pool of worker ${n} opens a connection, waits for the lock of table ${n * 7}, and closes it.`;
  const system = { role: "system", content: "Say in JSON what the text is about, and how important it is." } as const;
  return { messages: [system, { role: "user", content: text }], schema, maxTokens: 48, text, contentType: null };
};
