/** What happens to the run and its servers, at a rhythm that the seed gives. Each fault heals what it has done. */

import { holdLock } from "../support/locker.ts";
import type { Work } from "./work.ts";
import type { ServerName, World } from "./world.ts";

export interface Tally {
  /** Each may have cut off what was in flight, and nothing more may be asked twice. */
  cuts: number;
  readonly byName: Map<string, number>;
}

export interface Scene {
  readonly world: World;
  readonly work: Work;
  readonly tally: Tally;
  readonly between: (min: number, max: number) => number;
  readonly isLocked: { now: boolean };
}

type Fault = (scene: Scene) => Promise<void>;

const send = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself, or was ended by its supervisor meanwhile.
    }
  }
};

const dies =
  (name: ServerName): Fault =>
  async ({ world, tally, between }) => {
    tally.cuts++;
    send(world.pidsOf(name), "SIGKILL");
    if (name === "first") return;
    await Bun.sleep(between(100, 3_000));
    await world.startSecond();
  };

/** Alive and silent: short enough to go on, or long enough to be ended by the supervisor. */
const hangs =
  (name: ServerName): Fault =>
  async ({ world, tally, between }) => {
    tally.cuts++;
    const pids = world.pidsOf(name);
    send(pids, "SIGSTOP");
    await Bun.sleep(between(200, 5_000));
    send(pids, "SIGCONT");
  };

const manners = ["500", "503", "429", "poison", "page", "empty", "cut", "reset", "stall", "slow", "400"] as const;

const lies =
  (name: ServerName): Fault =>
  async ({ world, between }) => {
    world.setManner(name, manners[between(0, manners.length - 1)] ?? "500");
    await Bun.sleep(between(200, 2_500));
    world.setManner(name, "well");
  };

const isLocked: Fault = async ({ world, between, isLocked }) => {
  isLocked.now = true;
  const held = await holdLock(world.db, between(0, 1) === 0 ? "EXCLUSIVE" : "IMMEDIATE");
  await Bun.sleep(between(100, 3_000));
  await held.release();
  isLocked.now = false;
};

const weAreKilled: Fault = async ({ work, tally }) => {
  tally.cuts++;
  await work.kill();
};

const weAreStopped: Fault = async ({ work, tally }) => {
  tally.cuts++;
  const { code, ms } = await work.stop(true);
  if (code !== 143) work.faults.push(`SIGTERM ended it with ${code}`);
  if (ms > 20_000) work.faults.push(`SIGTERM took ${Math.round(ms)} ms`);
};

/** The first ones of ours end the process, which begins its memory anew: they come seldom, and not towards the end. */
const ofOurs: readonly (readonly [string, Fault])[] = [
  ["we are killed", weAreKilled],
  ["we are stopped", weAreStopped],
];
const ofOthers: readonly (readonly [string, Fault])[] = [
  ...([
    ["first dies", dies("first")],
    ["second dies", dies("second")],
  ] as const),
  ...([
    ["first hangs", hangs("first")],
    ["second hangs", hangs("second")],
  ] as const),
  ...([
    ["first lies", lies("first")],
    ["first lies", lies("first")],
    ["second lies", lies("second")],
  ] as const),
  ["the target is locked", isLocked],
];

export async function disturb(scene: Scene, mayEndUs: boolean): Promise<void> {
  const { between, tally, work } = scene;
  const list = mayEndUs && between(0, 5) === 0 ? ofOurs : ofOthers;
  const [name, fault] = list[between(0, list.length - 1)] ?? ["nothing", async () => {}];
  tally.byName.set(name, (tally.byName.get(name) ?? 0) + 1);
  try {
    await fault(scene);
  } catch (error) {
    work.faults.push(`the fault "${name}" itself failed: ${error}`);
  }
}
