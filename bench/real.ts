/** A real model: llama.cpp's server with 135 million parameters on the CPU, and how much of what it can do is used. */

import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { exitCodes } from "../src/core/exit-code.ts";
import { makeBrainlayer } from "../test/support/brainlayer.ts";
import { temporaryFolder } from "../test/support/folder.ts";
import { startLlama } from "../test/support/llama-server.ts";
import { discard, enrichedRows, freshCopy } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { expectExit, type Measured, measure, type Program } from "./measure.ts";
import { type Recorder, startRecorder } from "./recorder.ts";
import { bareLoop, enrichd, pipelineRunner } from "./runners.ts";
import { median, spread, table } from "./table.ts";

const chunks = 8;
const parallel = 2;
const rounds = 2;
/** The pipeline asks again and again for what it could not read, so it is stopped. */
const pipelineLimitMs = 300_000;

interface Taken {
  readonly measured: Measured;
  readonly spanMs: number;
  readonly described: number;
  readonly bodies: readonly string[];
  readonly promptTokens: number;
  readonly answerTokens: number;
}

export const real: Figure = {
  name: "real",
  title: `A real model: SmolLM2-135M in llama.cpp's server, ${chunks} chunks, ${parallel} in flight`,
  take: async (say) => {
    const template = join(temporaryFolder(), "real.db");
    await makeBrainlayer(1, template, await texts());
    const bodies = join(temporaryFolder(), "bodies.jsonl");
    const runs: { ours: Taken; bare: Taken }[] = [];
    for (let i = 0; i < rounds; i++) {
      const ours = await take(template, (url, db) => enrichd.run({ db, url, parallel }));
      // A model this small leaves a chunk undescribed now and then, which is not what is measured.
      if (ours.measured.exitCode !== exitCodes.quarantine) expectExit(ours.measured, exitCodes.done);
      say(`enrichd, ${i + 1} of ${rounds}: ${ours.bodies.length} questions, ${(ours.spanMs / 1000).toFixed(0)} s`);
      writeFileSync(bodies, ours.bodies.map((body) => `${body}\n`).join(""));
      const bare = await take(template, (url) => bareLoop({ url, bodies, parallel }));
      expectExit(bare.measured, 0);
      say(`bare loop, ${i + 1} of ${rounds}: ${(bare.spanMs / 1000).toFixed(0)} s`);
      runs.push({ ours, bare });
    }
    const pipeline = await pipelineRunner();
    say(`pipeline, ${pipelineLimitMs / 1000} s at most`);
    const theirs = await take(template, (url, db) => pipeline.run({ db, url, parallel }), pipelineLimitMs);

    const [ours, bare] = [runs.map((run) => run.ours), runs.map((run) => run.bare)];
    const share = median(runs.map((run) => run.bare.spanMs / run.ours.spanMs));
    const rate = median(runs.map((run) => tokenRate(run.ours) / tokenRate(run.bare)));
    const head = ["side", "described", "questions", "chunks per hour", "first question to last answer, s"];
    const words = [
      `enrichd reaches ${share.toFixed(3)} of the bare loop's time with the same questions, and ${rate.toFixed(3)} of its answer tokens`,
      `per second (medians of ${rounds} pairs). Each run has a fresh server, so that nobody finds another's prompts in its cache.`,
      `The pipeline ${theirs.measured.exitCode === null ? `was stopped after ${pipelineLimitMs / 1000} s` : "ended by itself"}; it ran once.`,
    ];
    const columns = [...head, "prompt tokens read", "answer tokens", "CPU s of the runner"];
    const rows = [row("enrichd", ours), row("bare loop", bare), row("pipeline", [theirs])];
    return `${table(columns, rows)}\n\n${words.join("\n")}`;
  },
};

const tokenRate = ({ answerTokens, spanMs }: Taken): number => answerTokens / spanMs;

function row(side: string, taken: readonly Taken[]): string[] {
  const of = (value: (one: Taken) => number, digits = 0): string => spread(taken.map(value), digits);
  const perHour = ({ described, measured }: Taken): number => (described / measured.wallMs) * 3_600_000;
  return [
    ...[side, side === "bare loop" ? "" : of((one) => one.described), of((one) => one.bodies.length)],
    ...[side === "bare loop" ? "" : of(perHour), of((one) => one.spanMs / 1000, 1)],
    ...[of((one) => one.promptTokens), of((one) => one.answerTokens), of((one) => one.measured.cpuMs / 1000, 2)],
  ];
}

async function take(template: string, program: (url: string, db: string) => Program, limitMs?: number): Promise<Taken> {
  const server = await startLlama({ parallel, threads: 2 });
  let recorder: Recorder | null = null;
  const db = freshCopy(template);
  try {
    // The first question of all also reads the model's file.
    await ask(server.url);
    const before = await counters(server.url);
    recorder = startRecorder(server.url);
    const measured = await measure(program(recorder.url, db), limitMs);
    const after = await counters(server.url);
    return {
      ...{ measured, bodies: recorder.bodies, described: enrichedRows(db) },
      spanMs: measured.exitCode === null ? measured.wallMs : recorder.spanMs(),
      promptTokens: after.prompt - before.prompt,
      answerTokens: after.predicted - before.predicted,
    };
  } finally {
    recorder?.stop();
    await server.stop();
    discard(db);
  }
}

async function ask(url: string): Promise<void> {
  const body = JSON.stringify({ messages: [{ role: "user", content: "Say yes." }], max_tokens: 8 });
  await (await fetch(`${url}/v1/chat/completions`, { method: "POST", body, proxy: false })).text();
}

async function counters(url: string): Promise<{ prompt: number; predicted: number }> {
  const text = await (await fetch(`${url}/metrics`, { proxy: false })).text();
  const of = (name: string): number => Number(new RegExp(`^llamacpp:${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  return { prompt: of("prompt_tokens_total"), predicted: of("tokens_predicted_total") };
}

/** Paragraphs of the demo's book and of our own decisions, in equal parts. */
async function texts() {
  const root = resolve(import.meta.dir, "..");
  const decisions = [...new Bun.Glob("docs/decisions/*.md").scanSync({ cwd: root })].sort();
  const paragraphs = async (paths: readonly string[]): Promise<string[]> =>
    (await Promise.all(paths.map((path) => Bun.file(join(root, path)).text())))
      .flatMap((text) => text.split(/\n{2,}/))
      .filter(({ length }) => length >= 250 && length <= 800)
      .slice(0, chunks / 2);
  const found = [...(await paragraphs(["src/cli/demo/opticks.md"])), ...(await paragraphs(decisions))];
  return found.map((content, i) => ({ id: `text-${i}`, content }));
}
