import { expect, test } from "bun:test";
import { alone } from "../support/alone.ts";
import { crash } from "./crash.ts";

/** More than the two cores: a run mostly waits for the server, and for its back-off. */
const atOnce = 4;

test("25 seeds of kill -9 at random moments: each ends as a run that nobody disturbed", async () => {
  const box = alone();
  const seeds = Array.from({ length: 25 }, (_, i) => i + 1);
  const faults: string[] = [];
  let kills = 0;
  const work = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const crashed = await crash(box, seed);
      kills += crashed.kills;
      faults.push(...crashed.faults.map((fault) => `seed ${seed}, ${crashed.kind}: ${fault}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  expect(faults).toEqual([]);
  expect(kills).toBeGreaterThan(25);
}, 120_000);
