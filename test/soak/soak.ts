/** One soak: random faults at a seeded rhythm against a long run, then all is healed, and every promise is checked. */

import { diceOf } from "../../src/core/dice.ts";
import { disturb, type Scene, type Tally } from "./faults.ts";
import { judge, judgeOrphans, judgeSamples } from "./judge.ts";
import { startWork } from "./work.ts";
import { makeWorld, type Sample, sampleOf } from "./world.ts";

export interface Soaked {
  readonly chunks: number;
  readonly faults: readonly string[];
  readonly disturbances: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  readonly last: Sample | null;
}

/** The last part of the time, in which our process is not ended: its memory is looked at. */
const steadyShare = 0.4;
const healMs = 120_000;

export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  /** How often a chunk may fail; null for what a user has. */
  readonly attempts: number | null;
}

export async function soak({ seconds, seed, attempts }: SoakOptions, say: (line: string) => void): Promise<Soaked> {
  const dice = diceOf(seed);
  const between = (min: number, max: number): number => min + Math.floor(dice() * (max - min + 1));
  const world = await makeWorld();
  world.feed();
  const work = startWork(world, attempts);
  const tally: Tally = { cuts: 0, byName: new Map() };
  const scene: Scene = { world, work, tally, between, isLocked: { now: false } };
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  const steadyMs = endMs - seconds * 1_000 * steadyShare;
  const samples: Sample[] = [];
  let isFeeding = true;
  const feeding = setInterval(() => {
    if (isFeeding && !scene.isLocked.now) world.feed();
  }, 100);
  const sampling = setInterval(() => {
    const sample = sampleOf(work.pid());
    // Its first seconds are the compiler's.
    if (sample !== null && performance.now() > steadyMs + 5_000) samples.push(sample);
  }, 500);
  const telling = setInterval(() => say(`${world.texts.size} chunks, ${work.faults.length} faults found`), 60_000);
  const running = new Set<Promise<void>>();
  while (performance.now() < endMs && work.faults.length === 0) {
    const one = disturb(scene, performance.now() < steadyMs);
    running.add(one);
    void one.finally(() => running.delete(one));
    // Mostly one after the other; now and then two at once.
    if (between(0, 3) > 0) await one;
    await Bun.sleep(between(100, 1_500));
  }
  await Promise.all(running);
  isFeeding = false;
  const last = await heal();
  for (const timer of [feeding, sampling, telling]) clearInterval(timer);
  const stopped = await work.stop(false);
  if (stopped.code !== 143) work.faults.push(`at the end SIGTERM gave ${stopped.code}`);
  const seconds2 = world.pidsOf("second");
  work.faults.push(...(await judgeOrphans(world, seconds2)));
  const code = await work.last();
  if (code !== 0 && code !== 3) work.faults.push(`the last run ended with ${code}`);
  work.faults.push(...(await judgeOrphans(world, seconds2)), ...judge(world, tally.cuts), ...judgeSamples(samples));
  const stats = JSON.parse((await world.box.run("stats", "--db", world.db, "--json")).out);
  const sum = Object.values(stats.counts as Record<string, number>).reduce((a, b) => a + b, 0);
  if (sum !== stats.total_chunks || stats.remaining !== 0)
    work.faults.push(`the counts: ${JSON.stringify(stats.counts)}`);
  for (const pid of seconds2) process.kill(pid, "SIGKILL");
  world.close();
  return {
    ...{ chunks: world.texts.size, faults: work.faults, last },
    ...{ disturbances: Object.fromEntries(tally.byName), events: Object.fromEntries(work.events) },
  };

  /** All is well again: what is left must be done in bounded time. */
  async function heal(): Promise<Sample | null> {
    const deadlineMs = performance.now() + healMs;
    while (world.pending() > 0 && work.faults.length === 0) {
      if (performance.now() > deadlineMs) {
        work.faults.push(`${world.pending()} chunks are still pending ${healMs / 1_000} s after all was healed`);
        break;
      }
      await Bun.sleep(100);
    }
    return sampleOf(work.pid());
  }
}
