import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../src/core/problem.ts";
import { openRegister, type ServerRecord } from "../../src/store/servers.ts";
import { temporaryFolder } from "../support/folder.ts";
import { waiting } from "../support/journal.ts";

const folder = temporaryFolder();
let made = 0;
const place = (): string => join(folder, `servers-${++made}.db`);
const wishFor = (wish: string, claimedAtMs = 1_000): Omit<ServerRecord, "serial" | "server"> => ({
  ...{ wish, owner: { pid: 1, since: "a" }, port: 8080, pipe: "/p", log: "/l", claimedAtMs, aliveAtMs: 0 },
});

test("of those who claim at once, one gets it; the others find what it started", async () => {
  const path = place();
  const registers = await Promise.all(Array.from({ length: 8 }, () => openRegister(path, waiting)));
  const claims = await Promise.all(registers.map((register) => register.claim(null, wishFor("w"))));
  const [serial = 0, ...more] = claims.filter((claim) => claim !== null);
  expect(more).toEqual([]);
  const [first, second] = registers;
  expect(await second?.read("w")).toMatchObject({ serial, server: null });
  await first?.started(serial, { pid: 77, since: "b" });
  expect(await second?.read("w")).toMatchObject({ serial, server: { pid: 77, since: "b" }, port: 8080 });
  expect(await second?.read("another")).toBeNull();
  for (const register of registers) register.close();
});

describe("what was seen decides", () => {
  test("a record is taken over only as it was seen; what an earlier owner does later changes nothing", async () => {
    const register = await openRegister(place(), waiting);
    const first = await register.claim(null, wishFor("w"));
    const seen = await register.read("w");
    const second = await register.claim(seen, wishFor("w", 2_000));
    expect([first === second, await register.claim(seen, wishFor("w", 3_000))]).toEqual([false, null]);
    await register.started(first ?? 0, { pid: 5, since: null });
    await register.remove(first ?? 0);
    expect(await register.read("w")).toMatchObject({ serial: second, server: null });
    await register.remove(second ?? 0);
    // A number is never given again, also with the clock set back.
    expect(await register.claim(null, wishFor("w", 1))).not.toBe(first);
    register.close();
  });

  test("wishes are apart, and a sign of life is of its wish", async () => {
    const register = await openRegister(place(), waiting);
    await register.claim(null, wishFor("a"));
    await register.claim(null, wishFor("b"));
    await register.alive("b", 9_000);
    expect([(await register.read("a"))?.aliveAtMs, (await register.read("b"))?.aliveAtMs]).toEqual([0, 9_000]);
    register.close();
  });
});

test("another program's database is refused and left as it is; what is no database is told", async () => {
  const path = place();
  writeFileSync(path, "no database at all, by far");
  await expect(openRegister(path, waiting)).rejects.toBeInstanceOf(Problem);
});
