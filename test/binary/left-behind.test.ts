/** However a run ends, no process that it started lives 5 s longer. What several runs share: shared-server.test.ts. */

import { describe, expect, test } from "bun:test";
import { endsWell, few, goneWithin, path, type Running, type Scene, scene, supervise } from "../support/supervised.ts";

const endMs = 5_000;
const slot = few(3);
const enriched = ({ event }: { readonly event: string }): boolean => event === "chunk.enriched";
const pidsOf = (at: Scene): number[] => at.starts().map(({ pid }) => pid);

/** By a second SIGINT. */
async function endsAtOnce(at: Scene, running: Running): Promise<void> {
  running.child.kill("SIGINT");
  await Bun.sleep(100);
  running.child.kill("SIGINT");
  const startMs = performance.now();
  expect((await running.end).code).toBe(130);
  expect(performance.now() - startMs).toBeLessThan(2_000);
  await goneWithin(pidsOf(at), endMs);
}

/** The guard has two processes, and one alone would still end the group. */
function killGuard(server: number): void {
  const lines = Bun.spawnSync(["ps", "-axww", "-o", "pid=,pgid=,args="]).stdout.toString().trim().split("\n");
  const found = lines.map((line) => line.trim().split(/\s+/));
  const group = found.find(([pid]) => Number(pid) === server)?.[1];
  const guards = found.filter(([, pgid, ...args]) => pgid === group && args.includes("enrichd-guard"));
  expect(guards).toHaveLength(2);
  for (const [pid] of guards) process.kill(Number(pid), "SIGKILL");
}

async function started(at: Scene): Promise<void> {
  while (at.starts().length === 0) await Bun.sleep(20);
}

async function killed(running: Running): Promise<void> {
  running.child.kill("SIGKILL");
  await running.child.exited;
}

describe("a run that ends", () => {
  test.concurrent("by SIGINT: what is in flight finishes, and the server goes", () =>
    slot(async () => {
      const at = scene(200);
      const running = supervise(at, "late:200");
      await running.when(enriched);
      running.child.kill("SIGINT");
      expect((await running.end).code).toBe(130);
      expect(running.events.filter(({ event }) => event === "chunk.failed")).toEqual([]);
      await goneWithin(pidsOf(at), endMs);
    }));

  test.concurrent("by SIGINT while its server loads: at once", () =>
    slot(async () => {
      const at = scene(4);
      const running = supervise(at, "slow:60000");
      await started(at);
      const startMs = performance.now();
      running.child.kill("SIGINT");
      expect((await running.end).code).toBe(130);
      expect(performance.now() - startMs).toBeLessThan(4_000);
      await goneWithin(pidsOf(at), endMs);
    }));

  for (const manner of ["hang:3+deaf", "late:200+deaf"])
    test.concurrent(`by SIGINT twice, with a server that is ${manner}`, () =>
      slot(async () => {
        const at = scene(200);
        const running = supervise(at, manner, { "--stall-timeout": "60s" });
        await running.when(enriched);
        await endsAtOnce(at, running);
      }));

  test.concurrent("by SIGINT twice while its silent server is tried out: at once as well", () =>
    slot(async () => {
      const at = scene(200);
      // Doubted after 6 s, and tried out for 6 s more.
      const running = supervise(at, "hang:3", { "--stall-timeout": "6s" });
      await running.when(
        ({ event, ...told }) => event === "supervisor.changed" && "to" in told && told.to === "suspect",
      );
      await endsAtOnce(at, running);
    }));

  for (const manner of ["late:200", "late:200+deaf", "fork", "fork+deaf", "hang:3"])
    test.concurrent(`by SIGKILL, with a server that is ${manner}`, () =>
      slot(async () => {
        const at = scene(400);
        const running = supervise(at, manner, { "--stall-timeout": "60s" });
        await running.when(enriched);
        await killed(running);
        await goneWithin(pidsOf(at), endMs);
      }));

  test.concurrent("by SIGKILL while its server loads", () =>
    slot(async () => {
      const at = scene(4);
      const running = supervise(at, "slow:60000+deaf");
      await started(at);
      await killed(running);
      await goneWithin(pidsOf(at), endMs);
    }));

  test.concurrent("by SIGKILL together with the guard: the next run ends what was left, and starts its own", () =>
    slot(async () => {
      const at = scene(40);
      const running = supervise(at, "late:200+deaf*1");
      await running.when(enriched);
      const [left = 0] = pidsOf(at);
      killGuard(left);
      await killed(running);
      const events = await endsWell(at, supervise(at, "late:200+deaf*1"));
      expect(pidsOf(at)).toHaveLength(2);
      expect(path(events).slice(0, 2)).toEqual(["starting", "ready"]);
    }));
});

test.concurrent("a guard that is killed alone: what it held goes too, and the run starts another", () =>
  slot(async () => {
    const at = scene(60);
    const running = supervise(at, "late:100+deaf");
    await running.when(enriched);
    const [left = 0] = pidsOf(at);
    killGuard(left);
    await goneWithin([left], endMs);
    expect(path(await endsWell(at, running)).slice(0, 4)).toEqual(["starting", "ready", "waiting exited", "starting"]);
  }));
