/** `bun run soak --minutes N [--seed S] [--attempts A]`: one soak against the binary in dist/, and what was found. */

import { parseArgs } from "node:util";
import { binaryPath } from "../support/binary.ts";
import { soak } from "./soak.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { minutes: text, seed: text, attempts: text } });
const [minutes, seed] = [Number(values.minutes ?? 2), Number(values.seed ?? 1)];
if (!(minutes > 0) || !Number.isSafeInteger(seed))
  throw new Error("usage: bun run soak [--minutes N] [--seed S] [--attempts A]");

const startedMs = performance.now();
const said = (line: string): void => console.log(`${Math.round((performance.now() - startedMs) / 1_000)} s: ${line}`);
const { chunks, faults, disturbances, events, last } = await soak(
  { seconds: minutes * 60, seed, attempts: values.attempts === undefined ? null : Number(values.attempts) },
  said,
);
const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
said(`${chunks} chunks; ${listed(disturbances)}`);
said(`events: ${listed(events)}`);
if (last !== null) said(`at the end ${last.megabytes.toFixed(0)} MB and ${last.handles} handles`);
for (const fault of faults.slice(0, 20)) console.log(`FAULT: ${fault}`);
console.log(
  `${faults.length === 0 ? "every promise was kept" : `${faults.length} faults`}; seed ${seed}, ${binaryPath()}`,
);
process.exit(faults.length === 0 ? 0 : 1);
