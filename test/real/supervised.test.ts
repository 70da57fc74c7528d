/** The real mlx_lm.server, started by us: killed, stopped, its port taken, its model gone, and the run goes on. */

import { beforeAll, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { alone } from "../support/alone.ts";
import { chainModel, mlxPython } from "../support/mlx-server.ts";
import { goneWithin, path, type Running, run } from "../support/supervised.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";

const minutesMs = 600_000;
let [python, model] = ["", ""];
beforeAll(async () => {
  python = await mlxPython();
  model = await chainModel(python, 40);
}, minutesMs);

const enriched = ({ event }: { readonly event: string }): boolean => event === "chunk.enriched";
const statesIn = (db: string): string[] =>
  query<{ state: string }>(
    db.replace(/\.db$/, ".enrichd.db"),
    "SELECT DISTINCT state FROM contents ORDER BY state",
  ).map(({ state }) => state);

/** The server itself, with the port that it was told; not the guard, whose command names it as well. */
function servers(named: string): { pid: number; port: number }[] {
  // In the POSIX locale, ps writes a path's letters beyond ASCII as question marks.
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  const lines = Bun.spawnSync(["ps", "-axww", "-o", "pid=,args="], { env }).stdout.toString().split("\n");
  return lines
    .filter(
      (line) =>
        line.includes("-m mlx_lm server") &&
        line.includes("--port") &&
        line.includes(named) &&
        !line.includes("enrichd-guard"),
    )
    .map((line) => ({ pid: Number.parseInt(line, 10), port: Number(/--port (\d+)/.exec(line)?.[1]) }));
}

/** The next `count` chunks are described. */
async function goesOn(running: Running, count: number): Promise<void> {
  const seen = running.events.filter(enriched).length;
  await running.when(() => running.events.filter(enriched).length >= seen + count);
}

test(
  "killed in mid-stream, then stopped (alive and silent), then killed with its port taken: all chunks are described",
  async () => {
    const box = alone();
    const db = newTarget(rowsOf(24));
    const flags = ["--backend", "mlx", "--mlx-command", `"${python}" -m mlx_lm server`, "--model", model];
    // Each kill is one more in which the same few chunks are in flight: here that says nothing about them.
    const limits = ["--stall-timeout", "3s", "--mlx-restart-pause", "200ms", "--parallel", "2", "--crashes", "20"];
    const running = run(box, db, [...flags, ...limits]);
    const pids: number[] = [];
    const one = (): { pid: number; port: number } => {
      const [server, ...others] = servers(model);
      expect([server === undefined, others]).toEqual([false, []]);
      pids.push(server?.pid ?? 0);
      return server ?? { pid: 0, port: 0 };
    };
    await goesOn(running, 3);
    process.kill(one().pid, "SIGKILL");
    await goesOn(running, 4);
    process.kill(one().pid, "SIGSTOP");
    await goesOn(running, 4);
    const { pid, port } = one();
    process.kill(pid, "SIGKILL");
    const stranger = await listening(port);
    await goesOn(running, 3);
    expect(one().port).not.toBe(port);
    const { code, err } = await running.end;
    stranger.close();
    expect([code, code === 0 ? "" : err]).toEqual([0, ""]);
    expect([enrichedIn(db), statesIn(db)]).toEqual([24, ["answered"]]);
    const story = path(running.events).join(" > ");
    expect(story).toStartWith("starting > ready > waiting exited > starting > ready > suspect hung > stopping hung");
    await goneWithin(pids, 5_000);
  },
  minutesMs,
);

test(
  "its model folder is removed: given up with the cause, no chunk is lost or blamed, and with the folder back all is done",
  async () => {
    const box = alone();
    const copy = join(box.folder, "chain");
    cpSync(model, copy, { recursive: true });
    const db = newTarget(rowsOf(12));
    const flags = ["--backend", "mlx", "--mlx-command", `"${python}" -m mlx_lm server`, "--model", copy];
    const limits = ["--mlx-restarts", "1", "--mlx-restart-pause", "200ms", "--parallel", "2"];
    const first = run(box, db, [...flags, ...limits]);
    await goesOn(first, 3);
    rmSync(copy, { recursive: true });
    for (const { pid } of servers(copy)) process.kill(pid, "SIGKILL");
    const { code, err } = await first.end;
    expect([code, path(first.events).at(-1)]).toEqual([69, "failed model_missing"]);
    expect(err).toContain("given up: gone");
    const done = enrichedIn(db);
    expect([done >= 3, statesIn(db).filter((state) => state === "claimed" || state === "quarantined")]).toEqual([
      true,
      [],
    ]);
    expect(servers(copy)).toEqual([]);
    cpSync(model, copy, { recursive: true });
    expect(await run(box, db, [...flags, ...limits]).end).toMatchObject({ code: 0 });
    expect([enrichedIn(db), statesIn(db)]).toEqual([12, ["answered"]]);
  },
  minutesMs,
);

/** A stranger on the port: the socket of a killed server may be there for a moment after it. */
async function listening(port: number): Promise<ReturnType<typeof createServer>> {
  for (;;) {
    const server = createServer();
    const isThere = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isThere) return server;
    await Bun.sleep(5);
  }
}
