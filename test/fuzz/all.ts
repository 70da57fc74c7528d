/**
 * `bun run fuzz --runs N [--seed FIRST]`: N runs of damaged fixtures, in turn through each importer. A run that fails is
 * told with the command that tries it again, and what it read is kept.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";
import { openStore } from "./store.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { runs: text, seed: text } });
const first = Number(values.seed ?? 1);
const runs = Number(values.runs ?? (values.seed === undefined ? 500 : 1));
if (![first, runs].every((n) => Number.isSafeInteger(n) && n > 0))
  throw new Error("usage: bun run fuzz [--runs N] [--seed FIRST]");

const started = performance.now();
const { store, close } = await openStore();
const byFormat = new Map<string, { runs: number; pieces: number; longestMs: number }>();
let failed = 0;
let peak = 0;
for (let seed = first; seed < first + runs; seed++) {
  const before = performance.now();
  const { format, bytes, pieces, wrong } = fuzz(seed, store);
  const sum = byFormat.get(format) ?? { runs: 0, pieces: 0, longestMs: 0 };
  const longestMs = Math.max(sum.longestMs, performance.now() - before);
  byFormat.set(format, { runs: sum.runs + 1, pieces: sum.pieces + pieces, longestMs });
  peak = Math.max(peak, process.memoryUsage.rss());
  if (wrong === null) continue;
  failed++;
  const kept = resolve(import.meta.dir, "../../.cache/fuzz");
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `seed-${seed}.${format}`), bytes);
  console.log(
    `seed ${seed} FAILED (${format}): ${wrong}\n  its text is in ${kept}\n  again: bun run fuzz --seed ${seed}`,
  );
}
close();
for (const [format, { runs, pieces, longestMs }] of byFormat)
  console.log(`${format}: ${runs} runs, ${pieces} pieces, the longest took ${longestMs.toFixed(0)} ms`);
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
console.log(`${runs - failed} of ${runs} runs passed in ${seconds} s, in ${(peak / 1e6).toFixed(0)} MB at most`);
process.exit(failed === 0 ? 0 : 1);
