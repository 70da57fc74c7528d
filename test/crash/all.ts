/**
 * `bun run crash-test --seeds N [--seed S]`: tries N seeds of kill -9, or the one that is named, against the binary in
 * dist/. A seed that fails is told with the command that tries it again, and its databases are kept.
 */

import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { journalPath } from "../../src/store/journal.ts";
import { alone } from "../support/alone.ts";
import { binaryPath } from "../support/binary.ts";
import { type Crashed, crash } from "./crash.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { seeds: text, seed: text, at: text } });
const first = Number(values.seed ?? 1);
const count = Number(values.seeds ?? 1);
/** Runs beside each other. */
const atOnce = Math.min(count, Number(values.at ?? 4));
if (![first, count, atOnce].every((n) => Number.isSafeInteger(n) && n > 0))
  throw new Error("usage: bun run crash-test [--seeds N] [--seed FIRST] [--at ONCE]");

const box = alone();
const started = performance.now();
const failed: number[] = [];
const totals = { kills: 0, again: 0 };
let next = first;

async function work(): Promise<void> {
  while (next < first + count) {
    const seed = next++;
    const crashed = await crash(box, seed);
    totals.kills += crashed.kills;
    totals.again += crashed.again;
    if (crashed.faults.length > 0) tell(seed, crashed);
    else if (count <= 10 || seed % 50 === 0) console.log(`seed ${seed}: ok (${crashed.kind}, ${crashed.kills} kills)`);
  }
}

function tell(seed: number, { kind, db, faults }: Crashed): void {
  failed.push(seed);
  const kept = resolve(import.meta.dir, "../../.cache/crash", `seed-${seed}`);
  mkdirSync(kept, { recursive: true });
  for (const path of [db, journalPath(db)])
    for (const file of ["", "-wal", "-shm", "-journal"].map((end) => path + end))
      if (existsSync(file)) copyFileSync(file, join(kept, basename(file)));
  console.log(`seed ${seed} FAILED (${kind}); its databases are in ${kept}`);
  for (const fault of faults) console.log(`  ${fault}`);
  console.log(`  again: bun run crash-test --seed ${seed}`);
}

await Promise.all(Array.from({ length: atOnce }, work));
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
console.log(
  `${count - failed.length} of ${count} seeds passed in ${seconds} s: ${totals.kills} kills, ` +
    `${totals.again} questions asked again (${(totals.again / Math.max(1, totals.kills)).toFixed(2)} a kill); ${binaryPath()}`,
);
process.exit(failed.length === 0 ? 0 : 1);
