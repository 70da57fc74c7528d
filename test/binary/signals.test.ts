import { afterEach, describe, expect, test } from "bun:test";
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { alone, ended } from "../support/alone.ts";
import { holdLock } from "../support/locker.ts";
import { enrichedIn, newTarget, query, rowsOf, textOf } from "../support/target.ts";

const servers: DescribingServer[] = [];
const serve = async (options: Parameters<typeof startModelServer>[0]): Promise<DescribingServer> => {
  const server = await startModelServer(options);
  servers.push(server);
  return server;
};
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}
const start = (db: string, server: DescribingServer, ...more: string[]) =>
  alone().start("run", "--db", db, "--url", server.url, "--json", ...more);
const journalOf = (db: string): string => db.replace(/\.db$/, ".enrichd.db");
const statesIn = (db: string) =>
  Object.fromEntries(
    query<{ state: string; n: number }>(journalOf(db), "SELECT state, count(*) AS n FROM contents GROUP BY state").map(
      ({ state, n }) => [state, n],
    ),
  );
const lastOf = (out: string) => JSON.parse(out.trimEnd().split("\n").at(-1) ?? "null");

async function said(stream: ReadableStream<Uint8Array>, words: string): Promise<void> {
  let text = "";
  for await (const bytes of stream) {
    text += new TextDecoder().decode(bytes);
    if (text.includes(words)) return;
  }
  throw new Error(`it ended without "${words}": ${text}`);
}

async function stopped(child: ReturnType<typeof start>, signal: NodeJS.Signals) {
  const startedMs = performance.now();
  child.kill(signal);
  const end = await ended(child);
  return { ...end, ms: performance.now() - startedMs };
}

describe("the first signal", () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 143],
  ] as const)
    test(`${signal}: what is in flight finishes, the rest is given back, and ${code} is the end`, async () => {
      const server = await serve({ latencyMs: 200 });
      const db = newTarget(rowsOf(100));
      const child = start(db, server);
      await until(() => server.counts.answered >= 4 && server.counts.inFlight > 0);
      const asked = server.counts.questions;
      const { out, err, ...end } = await stopped(child, signal);
      expect(end.code).toBe(code);
      expect(err).toContain(`${signal}: no new questions`);
      expect(lastOf(out)).toMatchObject({ event: "run.finished", exit_code: code, reason: "stopped" });
      expect(server.counts).toMatchObject({ aborted: 0, answered: server.counts.questions });
      expect(server.counts.questions).toBeLessThanOrEqual(asked + 4);
      expect(enrichedIn(db)).toBe(server.counts.answered);
      expect(statesIn(db)).toEqual({ answered: server.counts.answered });
    });

  test("what does not finish within --grace is given up and given back", async () => {
    const server = await serve({ manner: "hang" });
    const db = newTarget([...rowsOf(6), { id: "good", content: `${textOf(99)} @@well` }]);
    const child = start(db, server, "--grace", "1s");
    await until(() => server.counts.answered === 1 && server.counts.inFlight === 4);
    const { code, ms } = await stopped(child, "SIGTERM");
    expect(code).toBe(143);
    expect(ms).toBeGreaterThan(900);
    expect(ms).toBeLessThan(2_500);
    expect([enrichedIn(db), statesIn(db)]).toEqual([1, { answered: 1 }]);
  });

  test("under a lock of the target: ends within the grace, and the answers wait for the next run", async () => {
    const server = await serve({});
    const db = newTarget(rowsOf(12));
    const lock = await holdLock(db, "IMMEDIATE");
    const child = start(db, server, "--grace", "1s");
    await until(() => server.counts.answered === 12 && statesIn(db)["answered"] === 12);
    // By now there is nothing left to ask, which must not make the stop an end of the work.
    await Bun.sleep(200);
    const { code, ms, out } = await stopped(child, "SIGINT");
    expect([code, lastOf(out).reason]).toEqual([130, "stopped"]);
    expect(ms).toBeLessThan(2_500);
    expect([enrichedIn(db), statesIn(db)]).toEqual([0, { answered: 12 }]);
    await lock.release();
    expect((await ended(start(db, server))).code).toBe(0);
    expect([enrichedIn(db), server.counts.questions]).toEqual([12, 12]);
  });
});

describe("at once, though there is nothing in flight", () => {
  test("while it watches", async () => {
    const server = await serve({});
    const db = newTarget(rowsOf(2));
    const child = start(db, server, "--watch");
    await until(() => enrichedIn(db) === 2);
    await Bun.sleep(300);
    const { code, ms } = await stopped(child, "SIGTERM");
    expect(code).toBe(143);
    expect(ms).toBeLessThan(1_000);
  });

  test("while a server that fails is paused for", async () => {
    const server = await serve({});
    const db = newTarget([
      ...rowsOf(30).map(({ id, content }) => ({ id, content: `${content} @@500` })),
      ...rowsOf(31).slice(30),
    ]);
    const child = start(db, server, "--parallel", "1");
    await said(child.stdout, '"to":"open"');
    const startedMs = performance.now();
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect([enrichedIn(db), statesIn(db)["claimed"]]).toEqual([1, undefined]);
  });

  test("while a chunk waits for its next try", async () => {
    const server = await serve({});
    const db = newTarget([{ id: "bad", content: `${textOf(1)} @@poison` }]);
    const child = start(db, server);
    // The question and its repair.
    await until(() => server.counts.answered === 2);
    await until(() => statesIn(db)["waiting"] === 1);
    const { code, ms } = await stopped(child, "SIGTERM");
    expect(code).toBe(143);
    expect(ms).toBeLessThan(1_000);
    expect(statesIn(db)).toEqual({ waiting: 1 });
  });
});

test("the second signal: at once, and nothing that was answered is lost, though the target is locked", async () => {
  const server = await serve({ manner: "hang" });
  const db = newTarget([
    ...rowsOf(4),
    ...rowsOf(12)
      .slice(4)
      .map(({ id, content }) => ({ id, content: `${content} @@well` })),
  ]);
  const lock = await holdLock(db, "IMMEDIATE");
  const child = start(db, server);
  await until(() => server.counts.answered === 8 && server.counts.inFlight === 4);
  child.kill("SIGINT");
  await said(child.stderr, "no new questions");
  const againMs = performance.now();
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(performance.now() - againMs).toBeLessThan(1_000);
  expect(statesIn(db)).toEqual({ answered: 8 });
  await lock.release();
  server.manner = "well";
  expect((await ended(start(db, server))).code).toBe(0);
  expect([enrichedIn(db), server.counts.questions]).toEqual([12, 16]);
});
