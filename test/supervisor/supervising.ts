/** A supervisor with parts that a test has in its hand. */

import { join } from "node:path";
import { type Log, openLog } from "../../src/supervisor/log.ts";
import type { Server } from "../../src/supervisor/server.ts";
import { type Change, createSupervisor, type Probed, type SupervisorParts } from "../../src/supervisor/supervisor.ts";
import { handClock } from "../support/clock.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
let made = 0;
export const never = new AbortController().signal;
export const hung: Probed = { cause: { kind: "hung", detail: "nothing" }, isEarly: false };

export const policy: SupervisorParts["policy"] = {
  ...{ loadMs: 60_000, loadMaxMs: 1e9, stallMs: null, probeMs: 30_000, graceMs: 5_000, killsMax: 3 },
  ...{ backoff: { baseMs: 1_000, maxMs: 60_000 }, restartsMax: 2, coldRestartsMax: 2, windowMs: 600_000 },
  ...{ steadyMs: 60_000, steadyAnswers: 50, missingMax: 3, recycleTokens: 1_000 },
};

/** A supervisor on a clock that is moved by hand; its servers are promises, for what counts here is who waits for what. */
export function supervised(changed: Partial<SupervisorParts> = {}) {
  const clock = handClock();
  const changes: Change[] = [];
  const signals: string[] = [];
  const servers: PromiseWithResolvers<void>[] = [];
  const logs: Log[] = [];
  const acquire = async (): Promise<Server> => {
    const exited = Promise.withResolvers<void>();
    servers.push(exited);
    const log = openLog(join(folder, `${++made}.log`));
    logs.push(log);
    return {
      ...{ pid: servers.length, port: 1_000 + servers.length, exited: exited.promise },
      log,
      signal: (signal) => {
        signals.push(signal);
        exited.resolve();
      },
      release: async () => {
        exited.resolve();
        return false;
      },
    };
  };
  const supervisor = createSupervisor({
    ...{ acquire, clock, random: () => 0, concurrency: 4, probe: async () => null },
    policy,
    ...{ onLoading: () => {}, onAlive: () => {}, heardElsewhereMs: async () => null },
    onChange: (change) => void changes.push(change),
    ...changed,
  });
  const ready = async () => {
    const found = await supervisor.ensureReady(never);
    if (!found.ok) throw new Error(found.failure.detail);
    return found.value;
  };
  /** Second by second, as a process does that runs: one step of all of them is one that stood still. */
  const pass = async (ms: number): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 1_000) await clock.advance(Math.min(1_000, leftMs));
  };
  return { supervisor, clock, changes, signals, servers, logs, ready, pass, states: () => changes.map(({ to }) => to) };
}

export const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
