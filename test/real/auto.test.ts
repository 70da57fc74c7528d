/** Two real servers side by side: auto tells which is which, takes one as it should, and each gives an answer. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { lookAround } from "../../src/backends/discover/look.ts";
import { systemClock as clock } from "../../src/core/clock.ts";
import { chooseBackend } from "../../src/run/choose-backend.ts";
import { question, replyOf, neverCancelled as signal } from "../backends/asking.ts";
import { settingsWith, starting } from "../run/choosing.ts";
import { startLlama } from "../support/llama-server.ts";
import { startMlx } from "../support/mlx-server.ts";
import type { RealServer } from "../support/server-process.ts";

let llama: RealServer;
let mlx: RealServer;
beforeAll(async () => {
  [llama, mlx] = await Promise.all([startLlama(), startMlx()]);
}, 300_000);
afterAll(() => Promise.all([llama?.stop(), mlx?.stop()]));

const timeouts = { connectMs: 10_000, firstTokenMs: 120_000, progressMs: 120_000, totalMs: 240_000 };

/** A busy machine may take longer for who is there than a person would wait. */
const patientClock = { ...clock, sleep: (ms: number, ended?: AbortSignal) => clock.sleep(ms * 10, ended) };

test("each says who it is, and which models it has", async () => {
  const found = await lookAround({ urls: [llama.url, mlx.url], clock: patientClock, signal });
  expect(found).toMatchObject([
    { kind: "llama-server", url: llama.url, models: [{ isForChat: true }] },
    { kind: "mlx_lm.server", url: mlx.url },
  ]);
});

test.each([
  ["the first place, where none is preferred", false, "openai", () => llama.url, /SmolLM2/i],
  ["mlx on Apple silicon", true, "mlx", () => mlx.url, /chain/],
])(
  "takes %s, and gets an answer there",
  async (_, isAppleSilicon, name, url, model) => {
    const told: string[] = [];
    const backend = await chooseBackend(await settingsWith({ timeouts }), {
      ...{ clock: patientClock, signal, starting, isAppleSilicon, otherUrls: [llama.url, mlx.url] },
      tell: (line) => told.push(line),
    });
    expect(backend).toMatchObject({ name, place: { url: url() } });
    expect(told).toEqual([expect.stringContaining(`at ${url()}`)]);
    const reply = replyOf(await backend.ask(question("a pool of connections"), { signal }));
    expect(reply.model).toMatch(model);
    await backend.close?.(signal);
  },
  300_000,
);
