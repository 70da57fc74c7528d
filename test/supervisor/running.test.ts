import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import type { SupervisionEvent } from "../../src/core/supervision-state.ts";
import { type Log, openLog } from "../../src/supervisor/log.ts";
import { runChild } from "../../src/supervisor/running.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
const sign = "[METAL] Command buffer execution failed: it";

/** A child whose log is real; it is none itself, for here only its log counts. */
async function following(log: Log) {
  const events: SupervisionEvent[] = [];
  const signals: string[] = [];
  const exited = Promise.withResolvers<void>();
  const child = runChild({
    acquire: async () => ({
      ...{ pid: 1, port: 1, log, exited: exited.promise, release: async () => false },
      signal: (signal) => void signals.push(signal),
    }),
    ...{ probe: async () => null, onLoading: () => {}, onAlive: () => {}, clock: systemClock },
    ...{ post: (event) => void events.push(event), isStarting: () => true },
  });
  child.spawn(1, 1);
  const told = async (type: SupervisionEvent["type"], times = 1): Promise<SupervisionEvent | undefined> => {
    while (events.filter((event) => event.type === type).length < times) await Bun.sleep(5);
    return events.findLast((event) => event.type === type);
  };
  await told("spawned");
  return { child, signals, told, end: () => exited.resolve() };
}

test("why a server is ended is written before it is signalled; on a full disk it is signalled all the same", async () => {
  const path = join(folder, "a.log");
  for (const place of [path, "/dev/full"]) {
    const { child, signals, end } = await following(openLog(place));
    child.end({ kind: "hung", detail: "no byte for 9 s" });
    await Bun.sleep(0);
    expect(signals).toEqual(["SIGTERM"]);
    end();
  }
  expect(readFileSync(path, "utf8")).toBe("enrichd: ends the server: hung: no byte for 9 s\n");
}, 5_000);

test("a fault is told where its line is soon far back, and so is the next one", async () => {
  const path = join(folder, "b.log");
  const { told, end } = await following(openLog(path));
  for (const times of [1, 2]) {
    appendFileSync(path, `${sign} ${times}\n${"more\n".repeat(150)}`);
    expect(await told("fault", times)).toMatchObject({ cause: { kind: "gpu_fault", detail: `${sign} ${times}` } });
  }
  end();
  expect(await told("exited")).toMatchObject({ epoch: 1 });
}, 5_000);

test("a log that cannot be kept: its server is still watched", async () => {
  const path = join(folder, "c.log");
  mkdirSync(`${path}.1`);
  const { told, end } = await following(openLog(path, 100));
  appendFileSync(path, "x".repeat(200));
  await told("loading");
  appendFileSync(path, `\n${sign}\n`);
  expect(await told("fault")).toMatchObject({ cause: { kind: "gpu_fault" } });
  end();
}, 5_000);
