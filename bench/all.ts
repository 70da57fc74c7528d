/**
 * The benchmarks: `bun run bench` takes all figures, `bun run bench zero-latency latency` some. Tables go to standard
 * output as Markdown, progress to standard error. It measures and judges nothing; docs/benchmarks.md is where they end.
 */

import { afterKill } from "./after-kill.ts";
import { afterLock, afterMinute } from "./after-lock.ts";
import { company } from "./company.ts";
import { evaluation } from "./eval.ts";
import { fallback } from "./fallback.ts";
import { faults } from "./faults.ts";
import type { Figure } from "./figure.ts";
import { gate } from "./gate.ts";
import { idle } from "./idle.ts";
import { importing, importLarge } from "./import.ts";
import { importCode } from "./import-code.ts";
import { importWatch } from "./import-watch.ts";
import { journalMillion } from "./journal-million.ts";
import { latency } from "./latency.ts";
import { lockHold } from "./lock-hold.ts";
import { lockedOften } from "./locked-often.ts";
import { describeMachine, load } from "./machine.ts";
import { million } from "./million.ts";
import { page } from "./page.ts";
import { parallelAuto } from "./parallel-auto.ts";
import { quality } from "./quality.ts";
import { real } from "./real.ts";
import { recovery } from "./recovery.ts";
import { zeroLatency } from "./zero-latency.ts";

const usual = [
  quality,
  ...[zeroLatency, gate, latency, million, real, lockHold],
  ...[lockedOften, afterLock, afterKill, journalMillion, company, idle, evaluation, importing],
  recovery,
  importCode,
  importWatch,
  page,
];
/** Taken only when they are named: they take long and say little more. */
const named = [afterMinute, fallback, faults, parallelAuto, importLarge];
const figures: readonly Figure[] = [...usual, ...named];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(`no figure ${unknown.join(", ")}: ${figures.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

console.log(`${await describeMachine()}.\n`);
for (const { name, title, take } of wanted.length > 0 ? figures.filter((one) => wanted.includes(one.name)) : usual) {
  const [before, started] = [load(), performance.now()];
  const say = (line: string): void => console.error(`${name}: ${line} (load ${load()})`);
  const text = await take(say);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `## ${title}\n\n${text}\n\nTaken in ${seconds} s; load of the machine ${before} before, ${load()} after.\n`,
  );
}
process.exit(0);
