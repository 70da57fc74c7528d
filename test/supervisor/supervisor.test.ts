import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { openLog } from "../../src/supervisor/log.ts";
import type { Server } from "../../src/supervisor/server.ts";
import { type Change, createSupervisor, type Probed, type SupervisorParts } from "../../src/supervisor/supervisor.ts";
import { handClock } from "../support/clock.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
let made = 0;
const never = new AbortController().signal;
const hung: Probed = { cause: { kind: "hung", detail: "nothing" }, isEarly: false };

const policy: SupervisorParts["policy"] = {
  ...{ loadMs: 60_000, loadMaxMs: 1e9, stallMs: null, probeMs: 30_000, graceMs: 5_000, killsMax: 3 },
  ...{ backoff: { baseMs: 1_000, maxMs: 60_000 }, restartsMax: 2, coldRestartsMax: 2, windowMs: 600_000 },
  ...{ steadyMs: 60_000, steadyAnswers: 50, missingMax: 3, recycleTokens: 1_000 },
};

/** A supervisor on a clock that is moved by hand; its servers are promises, for what counts here is who waits for what. */
function supervised(changed: Partial<SupervisorParts> = {}) {
  const clock = handClock();
  const changes: Change[] = [];
  const signals: string[] = [];
  const servers: PromiseWithResolvers<void>[] = [];
  const acquire = async (): Promise<Server> => {
    const exited = Promise.withResolvers<void>();
    servers.push(exited);
    return {
      ...{ pid: servers.length, port: 1_000 + servers.length, exited: exited.promise },
      log: openLog(join(folder, `${++made}.log`)),
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
  return { supervisor, clock, changes, signals, servers, ready, states: () => changes.map(({ to }) => to) };
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe("who waits for a server", () => {
  test("all get the same one, and nothing is started before somebody wants it", async () => {
    const { ready, servers, supervisor } = supervised();
    await turns();
    expect([servers.length, supervisor.isReady()]).toEqual([0, false]);
    const services = await Promise.all([ready(), ready(), ready()]);
    expect([new Set(services).size, servers.length, services[0]?.url]).toEqual([1, 1, "http://127.0.0.1:1001"]);
    await supervisor.stop(never);
  });

  test("waits through a restart, and learns why the last one ended", async () => {
    const { ready, servers, clock, supervisor } = supervised();
    const first = await ready();
    servers[0]?.resolve();
    expect(await first.verdict).toMatchObject({ kind: "exited" });
    expect(first.lost.aborted).toBeTrue();
    const second = ready();
    await turns();
    await clock.advance(500);
    expect((await second).url).toBe("http://127.0.0.1:1002");
    await supervisor.stop(never);
  });

  test("is told when there will be none any more, or the run is over; a cancelled one rejects", async () => {
    const { supervisor, states } = supervised({
      acquire: async () => Promise.reject(new Error("no such program")),
      policy: { ...policy, coldRestartsMax: 0 },
    });
    expect(await supervisor.ensureReady(never)).toEqual({
      ok: false,
      failure: { kind: "cannot_start", detail: "no such program" },
    });
    expect(states()).toEqual(["starting", "failed"]);
    const other = supervised({ probe: () => new Promise(() => {}) });
    const cancelled = new AbortController();
    const [waits, leaves] = [other.supervisor.ensureReady(never), other.supervisor.ensureReady(cancelled.signal)];
    cancelled.abort(new Error("no longer"));
    await expect(leaves).rejects.toThrow("no longer");
    await other.supervisor.stop(never);
    expect(await waits).toMatchObject({ ok: false, failure: { kind: "stopped" } });
  });

  test("a bug of ours is thrown, and nobody waits for ever", async () => {
    const { supervisor } = supervised({
      onChange: () => {
        throw new Error("a bug");
      },
    });
    await expect(supervisor.ensureReady(never)).rejects.toThrow("a bug");
  });
});

describe("a silent server", () => {
  test("is tried out after a minute, and ended when it gives no token; the questions learn of it", async () => {
    let answers: Probed = null;
    const { ready, clock, signals, states, supervisor } = supervised({ probe: async () => answers });
    const service = await ready();
    service.asked();
    await turns();
    answers = hung;
    await clock.advance(59_000);
    expect(service.lost.aborted).toBeFalse();
    await clock.advance(1_000);
    await turns();
    expect([service.lost.aborted, signals, await service.verdict]).toMatchObject([true, ["SIGTERM"], { kind: "hung" }]);
    expect(states().slice(0, 5)).toEqual(["starting", "ready", "suspect", "stopping", "waiting"]);
    await supervisor.stop(never);
  });

  test("is left alone while it answers another run, and while this process itself stood still", async () => {
    let heardMs: number | null = 2_000;
    const { ready, clock, states, supervisor } = supervised({ heardElsewhereMs: async () => heardMs });
    const service = await ready();
    service.asked();
    await turns();
    for (let i = 0; i < 3; i++) await clock.advance(60_000);
    heardMs = null;
    await turns();
    // Ten minutes in which nothing of ours ran: whatever came meanwhile is yet to be read.
    await clock.advance(600_000);
    await turns();
    expect(states()).toEqual(["starting", "ready"]);
    await supervisor.stop(never);
  });
});
