import { describe, expect, test } from "bun:test";
import { never, policy, supervised, turns } from "./supervising.ts";

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
