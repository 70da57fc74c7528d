/** When a silent server is doubted and ended, and when its silence is nobody's fault. */

import { describe, expect, test } from "bun:test";
import type { Service } from "../../src/supervisor/service.ts";
import type { Probed } from "../../src/supervisor/supervisor.ts";
import { hung, never, supervised, turns } from "./supervising.ts";

describe("a silent server", () => {
  test("is tried out after a minute, and ended when it gives no token; the questions learn of it", async () => {
    let answers: Probed = null;
    const { ready, pass, signals, states, supervisor } = supervised({ probe: async () => answers });
    const service = await ready();
    service.asked();
    await turns();
    answers = hung;
    await pass(59_000);
    expect(service.lost.aborted).toBeFalse();
    await pass(1_000);
    await turns();
    expect([service.lost.aborted, signals, await service.verdict]).toMatchObject([true, ["SIGTERM"], { kind: "hung" }]);
    expect(states().slice(0, 5)).toEqual(["starting", "ready", "suspect", "stopping", "waiting"]);
    await supervisor.stop(never);
  });

  test("is left alone while it answers another run, and while this process itself stood still", async () => {
    let heardMs: number | null = 2_000;
    const { ready, clock, pass, states, supervisor } = supervised({ heardElsewhereMs: async () => heardMs });
    const service = await ready();
    service.asked();
    await turns();
    await pass(180_000);
    heardMs = null;
    // Ten minutes in which nothing of ours ran: whatever came meanwhile is yet to be read.
    await clock.advance(600_000);
    await turns();
    expect(states()).toEqual(["starting", "ready"]);
    await supervisor.stop(never);
  });

  /** The first probe is the warm-up, and answered; the others never are. */
  const deaf = () => {
    let probes = 0;
    return { probe: () => (probes++ === 0 ? Promise.resolve(null) : new Promise<Probed>(() => {})) };
  };

  test("that is tried out is busy, not dead, when another run has a byte of it meanwhile", async () => {
    let heardMs: number | null = null;
    const { ready, pass, signals, states, supervisor } = supervised({
      ...deaf(),
      heardElsewhereMs: async () => heardMs,
    });
    const service = await ready();
    service.asked();
    await turns();
    await pass(60_000);
    expect(states().at(-1)).toBe("suspect");
    // The probe waits behind the other's work.
    heardMs = 10_000;
    await pass(30_000);
    await turns();
    expect([states(), signals, await service.verdict]).toEqual([["starting", "ready", "suspect", "ready"], [], null]);
    await supervisor.stop(never);
  });

  test("that is tried out is dead when what another run had of it was before the doubt", async () => {
    let heardMs: number | null = null;
    const { ready, pass, signals, supervisor } = supervised({ ...deaf(), heardElsewhereMs: async () => heardMs });
    const service = await ready();
    service.asked();
    await turns();
    await pass(60_000);
    heardMs = 31_000;
    await pass(30_000);
    await turns();
    expect(signals).toEqual(["SIGTERM"]);
    await supervisor.stop(never);
  });

  test("that another run recycled while we doubted it: the questions learn that, not the doubt", async () => {
    const { ready, pass, servers, logs, states, supervisor } = supervised(deaf());
    const service = await ready();
    service.asked();
    await turns();
    await pass(60_000);
    logs[0]?.write("enrichd: ends the server: recycled: after 9 tokens");
    servers[0]?.resolve();
    expect(await service.verdict).toEqual({ kind: "recycled", detail: "by another run: after 9 tokens" });
    await turns();
    expect(states().slice(0, 4)).toEqual(["starting", "ready", "suspect", "starting"]);
    await supervisor.stop(never);
  });
});

describe("how long it may be silent", () => {
  /** Answers a token each second, `disturb` now and then; then it is silent. */
  async function silentAfter(
    disturb: (at: ReturnType<typeof supervised>, service: Service) => Promise<void>,
    changed = {},
  ) {
    const at = supervised({ probe: async () => null, ...changed });
    const service = await at.ready();
    service.asked();
    for (let tokens = 0; tokens < 100; tokens++) {
      await at.clock.advance(1_000);
      if (tokens % 50 === 49) await disturb(at, service);
      service.alive();
      await turns();
    }
    let silentMs = 0;
    while (!at.states().includes("suspect")) {
      await at.pass(1_000);
      silentMs += 1_000;
      if (silentMs > 1e6) throw new Error("it is never doubted");
    }
    await at.supervisor.stop(never);
    return silentMs;
  }

  test("is learnt from its own silences, not from those in which we stood still", async () => {
    for (const ms of [3_000, 20_000, 600_000]) {
      expect(await silentAfter(({ clock }) => clock.advance(ms))).toBeLessThanOrEqual(30_000);
      const withByte = ({ clock }: ReturnType<typeof supervised>, service: Service): Promise<void> => {
        const over = clock.advance(ms);
        // It has come meanwhile, and is read before anything is known of the time that has gone.
        service.alive();
        return over;
      };
      expect(await silentAfter(withByte)).toBeLessThanOrEqual(30_000);
    }
  });

  test("nor from those in which another run was answered", async () => {
    let heardMs: number | null = null;
    const silentMs = await silentAfter(
      async ({ pass }) => {
        heardMs = 100;
        await pass(200_000);
        heardMs = null;
      },
      { heardElsewhereMs: async () => heardMs },
    );
    expect(silentMs).toBeLessThanOrEqual(30_000);
  });
});
