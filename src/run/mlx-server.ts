/** One mlx_lm.server for all runs on this machine that want the same: what the supervisor's parts need of the others'. */

import { join } from "node:path";
import { freePort } from "../backends/port.ts";
import type { Clock } from "../core/clock.ts";
import type { Register } from "../store/servers.ts";
import { outputOf, signalGroup } from "../supervisor/child.ts";
import { commandOf, environmentOf, isServerLine, type Launcher, type Model } from "../supervisor/mlx.ts";
import { acquireServer, type Server } from "../supervisor/server.ts";
import type { SupervisorParts } from "../supervisor/supervisor.ts";
import { isRunning, processOf, thisProcess } from "./process.ts";

export interface MlxWish {
  readonly launcher: Launcher;
  readonly model: Model;
  /** The same for all who can share a server. */
  readonly wish: string;
  readonly register: Register;
  /** Null: any. */
  readonly port: number | null;
  readonly folder: string;
}

interface Asked {
  readonly clock: Clock;
  readonly concurrency: number;
}

const listMs = 5_000;
/** What is left without anyone who needs it gets no longer than this. */
const orphanGraceMs = 2_000;

export async function acquireMlx(wanted: MlxWish & Asked): Promise<Server> {
  const { launcher, model, wish, register, clock, concurrency, folder } = wanted;
  // One place for each wish, so that the folder does not grow.
  const place = join(folder, `mlx-${Bun.hash.xxHash32(wish).toString(16)}`);
  return acquireServer({
    ...{ clock, self: thisProcess, processOf, isRunning, graceMs: orphanGraceMs },
    ...{ pipe: place, log: `${place}.log`, environment: environmentOf(model) },
    register: {
      read: () => register.read(wish),
      claim: (seen, next) =>
        register.claim(seen === null ? null : { ...seen, wish, aliveAtMs: 0 }, { ...next, wish, aliveAtMs: 0 }),
      ...{ started: register.started, remove: register.remove },
    },
    choosePort: () => freePort(wanted.port),
    commandFor: (port) => commandOf({ launcher, model, port, concurrency }),
    reap: async ({ server, port }) => {
      if (server === null) return;
      const list = (await outputOf(["ps", "-axww", "-o", "pgid=,args="], listMs)) ?? "";
      if (list.split("\n").some((line) => isServerLine(line, port, server.pid))) signalGroup(server.pid, "SIGKILL");
    },
  });
}

/** So that a run does not doubt a server which answers another one. */
export function heartbeat(
  register: Pick<Register, "alive" | "read">,
  wish: string,
  clock: Clock,
): Pick<SupervisorParts, "onAlive" | "heardElsewhereMs"> {
  // Often enough for the shortest silence that anybody would call one.
  const everyMs = 1_000;
  let toldAtMs = clock.nowMs();
  let toldWallMs = 0;
  return {
    onAlive: () => {
      // By the clock that nobody sets: one that was set back would keep us silent until it is where it was.
      if (clock.nowMs() - toldAtMs < everyMs) return;
      [toldAtMs, toldWallMs] = [clock.nowMs(), clock.wallMs()];
      register.alive(wish, toldWallMs).catch(() => {});
    },
    heardElsewhereMs: async () => {
      // Without an answer there is only what we have heard ourselves.
      const heardMs = (await register.read(wish).catch(() => null))?.aliveAtMs ?? 0;
      if (heardMs === 0 || heardMs === toldWallMs) return null;
      // A time to come was written before the clock was set back: how long ago that was, nobody knows.
      const agoMs = clock.wallMs() - heardMs;
      return agoMs < 0 ? null : agoMs;
    },
  };
}
