import { expect, test } from "bun:test";
import { fuzz, seeds } from "./fuzz.ts";
import { openStore } from "./store.ts";

/** `bun run fuzz --runs 10000` tries more. */
const runs = 500;

test(`${runs} damaged texts, in turn through each of the ${seeds.length} importers`, async () => {
  const { store, close } = await openStore();
  const failed: string[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const { format, wrong } = fuzz(seed, store);
    if (wrong !== null) failed.push(`${format}: ${wrong}; again: bun run fuzz --seed ${seed}`);
  }
  close();
  expect(failed).toEqual([]);
  expect(process.memoryUsage.rss()).toBeLessThan(2e9);
}, 180_000);
