/**
 * The benchmarks: `bun run bench` takes all figures, `bun run bench zero-latency latency` some. Tables go to standard
 * output as Markdown, progress to standard error. It measures and judges nothing; docs/benchmarks.md is where they end.
 */

import type { Figure } from "./figure.ts";
import { latency } from "./latency.ts";
import { lockHold } from "./lock-hold.ts";
import { describeMachine, load } from "./machine.ts";
import { million } from "./million.ts";
import { real } from "./real.ts";
import { zeroLatency } from "./zero-latency.ts";

const figures: readonly Figure[] = [zeroLatency, latency, million, real, lockHold];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(`no figure ${unknown.join(", ")}: ${figures.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

console.log(`${await describeMachine()}.\n`);
for (const { name, title, take } of figures) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const [before, started] = [load(), performance.now()];
  const say = (line: string): void => console.error(`${name}: ${line} (load ${load()})`);
  const text = await take(say);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `## ${title}\n\n${text}\n\nTaken in ${seconds} s; load of the machine ${before} before, ${load()} after.\n`,
  );
}
process.exit(0);
