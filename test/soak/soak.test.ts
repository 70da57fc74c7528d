/** A short soak with every test run; `bun run soak --minutes 30` is the long one. */

import { expect, test } from "bun:test";
import { soak } from "./soak.ts";

test("random faults for two minutes, and every promise is kept", async () => {
  const { faults, chunks, events } = await soak({ seconds: 120, seed: 22, attempts: null }, () => {});
  expect(faults).toEqual([]);
  expect(chunks).toBeGreaterThan(100);
  expect(events["chunk.enriched"] ?? 0).toBeGreaterThan(100);
}, 600_000);
