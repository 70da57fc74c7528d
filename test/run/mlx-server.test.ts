import { expect, test } from "bun:test";
import { join } from "node:path";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { heartbeat } from "../../src/run/mlx-server.ts";
import { openRegister, type Register } from "../../src/store/servers.ts";
import { temporaryFolder } from "../support/folder.ts";

/** A clock that can be set, as people and time servers do. */
function settable(): { clock: Clock; pass: (ms: number) => void; set: (ms: number) => void } {
  let [nowMs, offsetMs] = [0, 1_000_000];
  return {
    clock: { nowMs: () => nowMs, wallMs: () => nowMs + offsetMs, sleep: systemClock.sleep },
    pass: (ms) => {
      nowMs += ms;
    },
    set: (ms) => {
      offsetMs += ms;
    },
  };
}

const wish = "a server";

async function two() {
  const register = await openRegister(join(temporaryFolder(), "servers.db"), {
    ...{ clock: systemClock, random: () => 0, timeoutMs: 1_000 },
  });
  await register.claim(null, {
    ...{ wish, owner: { pid: 1, since: null }, port: 1, pipe: "p", log: "l", claimedAtMs: 1, aliveAtMs: 0 },
  });
  const time = settable();
  const writes: Promise<void>[] = [];
  const kept: Pick<Register, "alive" | "read"> = {
    read: register.read,
    alive: (...told) => {
      const writing = register.alive(...told);
      writes.push(writing);
      return writing;
    },
  };
  const [a, b] = [heartbeat(kept, wish, time.clock), heartbeat(kept, wish, time.clock)];
  /** A byte of `who` after so long. */
  const byte = async (who: typeof a, ms: number): Promise<void> => {
    time.pass(ms);
    who.onAlive();
    await Promise.all(writes);
  };
  return { a, b, byte, ...time, register };
}

test("a run hears of the bytes of another one, and not of its own", async () => {
  const { a, b, byte, pass, register } = await two();
  expect([await a.heardElsewhereMs(), await b.heardElsewhereMs()]).toEqual([null, null]);
  await byte(a, 6_000);
  pass(2_000);
  expect([await a.heardElsewhereMs(), await b.heardElsewhereMs()]).toEqual([null, 2_000]);
  await byte(b, 1_000);
  expect([await a.heardElsewhereMs(), await b.heardElsewhereMs()]).toEqual([0, null]);
  register.close();
});

test("a clock that is set back by an hour: what was told before is no news, what is told after is", async () => {
  const { a, b, byte, pass, set, register } = await two();
  await byte(a, 6_000);
  set(-3_600_000);
  expect(await b.heardElsewhereMs()).toBeNull();
  pass(3_000);
  expect(await b.heardElsewhereMs()).toBeNull();
  await byte(a, 6_000);
  pass(1_000);
  expect(await b.heardElsewhereMs()).toBe(1_000);
  register.close();
});
