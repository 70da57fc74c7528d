/** What a question pays for the gate before its backend: entering, a sign of life, and settling, with no backend behind it. */

import type { Backend } from "../src/backends/backend.ts";
import { systemClock as clock, systemRandom } from "../src/core/clock.ts";
import { parallelPolicy } from "../src/core/parallel.ts";
import { createGate } from "../src/pipeline/gate.ts";
import { createLimiter, type Limiter, unlimited } from "../src/pipeline/limiter.ts";
import { createLineup, type Lineup } from "../src/pipeline/lineup.ts";
import { gatePolicy } from "../test/support/runner.ts";
import type { Figure } from "./figure.ts";
import { spread, table } from "./table.ts";

const questions = 50_000;
const rounds = 9;

export const gate: Figure = {
  name: "gate",
  title: "What the gate costs a question",
  take: async () => {
    const auto = (): Limiter =>
      createLimiter({ policy: parallelPolicy(16), clock, recall: () => 4, remember: () => {}, onChange: () => {} });
    const rows: string[][] = [];
    for (const [name, backends, limiter] of [
      ["one backend", 1, () => unlimited],
      ["two backends, the first does the work", 2, () => unlimited],
      ["one, --parallel auto", 1, auto],
    ] as const) {
      const lineup = lineupOf(backends, limiter);
      await ask(lineup);
      const costs: number[] = [];
      for (let i = 0; i < rounds; i++) costs.push(await ask(lineup));
      rows.push([name, spread(costs, 2)]);
    }
    const words = `Medians of ${rounds} times ${questions.toLocaleString("en")} questions, one after the other, and their range.`;
    return `${table(["", "µs of processor time a question"], rows)}\n\n${words}`;
  },
};

const backend: Backend = {
  ...{ name: "openai", model: "m", pinnedModel: null },
  ask: () => Promise.reject(new Error("a gate asks nothing")),
  probe: () => Promise.reject(new Error("and nothing is to be probed")),
};

const lineupOf = (backends: number, limiter: () => Limiter): Lineup =>
  createLineup({
    ...{ clock, report: () => {} },
    gates: (shared) =>
      Array.from({ length: backends }, (_, at) =>
        createGate({
          ...{ backend, label: `${at}`, policy: gatePolicy, clock, random: systemRandom, limiter: limiter() },
          ...{ signal: new AbortController().signal, report: () => {}, examine: async () => "well" as const },
          ...{ forgive: () => {}, onError: console.error, ...shared(at) },
        }),
      ),
  });

/** Microseconds of our process for each. */
async function ask(lineup: Lineup): Promise<number> {
  const { signal } = new AbortController();
  const before = process.cpuUsage();
  for (let i = 0; i < questions; i++) {
    const pass = await lineup.enter(signal);
    if (pass === null) throw new Error("the backend was given up");
    pass.alive();
    pass.settle(null, { work: 60 });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / questions;
}
