/** The backends as the page shows them: how each stands, what happened to it, and our model servers with the end of their logs. */

import { existsSync } from "node:fs";
import type { BackendsView } from "../page/detail.ts";
import { markNow } from "../store/file.ts";
import { runHead } from "../store/history.ts";
import type { Waiting } from "../store/lock.ts";
import { type KeptEvent, lastEvents } from "../store/run-now.ts";
import type { Owner } from "../store/runs.ts";
import { listServers, type ServerRecord } from "../store/servers.ts";
import { outputOf } from "../supervisor/child.ts";
import { tailOfLog } from "../supervisor/log.ts";
import type { PageFiles } from "./page-files.ts";
import { isRunning } from "./process.ts";
import type { Stats } from "./stats.ts";

const told = [
  ...(["backend.changed", "backend.switched", "backend.examined", "backend.overloaded", "backend.relieved"] as const),
  "supervisor.changed",
];
const eventsMax = 40;
const logLines = 40;
const psMs = 2_000;

export async function readBackends(
  files: PageFiles,
  registerFile: string | null,
  stats: Stats | null,
  waiting: Waiting,
): Promise<BackendsView> {
  const journal = await files.journal();
  const events = journal === null ? [] : lastEvents(journal.db, told, eventsMax);
  const known = registerFile === null || markNow(registerFile) === null ? [] : await listServers(registerFile, waiting);
  const run = journal === null ? null : runHead(journal.db, "state = 'running' DESC, id DESC");
  const servers = await Promise.all(known.map((server) => serverOf(server, run?.owner ?? null)));
  return {
    backends: stats?.backends ?? [],
    model: stats?.latest_run?.model ?? null,
    events: events.map((event) => ({ at: new Date(event.atMs).toISOString(), text: textOf(event) })),
    servers: servers.filter((server) => server !== null),
  };
}

/**
 * Null for what a run has left in the register that had no time to take it out: unless it was the run that is looked at,
 * whose server has something to say even where it is gone.
 */
async function serverOf(record: ServerRecord, looked: Owner | null): Promise<BackendsView["servers"][number] | null> {
  const { wish, owner, server, port, log } = record;
  const [command, model] = wishOf(wish);
  const isAlive = server !== null && (await isRunning(server));
  const isStarting = server === null && (await isRunning(owner));
  const isItsOwn = owner.pid === looked?.pid && owner.since === looked.since;
  if (!isAlive && !isStarting && !isItsOwn) return null;
  return {
    ...{ command, model, port, log, pid: isAlive ? server.pid : null },
    memoryBytes: isAlive ? await memoryOf(server.pid) : null,
    tail: existsSync(log) ? tailOfLog(log, logLines) : [],
  };
}

/** As mlx.ts writes it: the command and the model. */
function wishOf(wish: string): [command: string, model: string] {
  const read: unknown = JSON.parse(wish);
  const [command, model] = Array.isArray(read) ? read : [];
  return [Array.isArray(command) ? command.join(" ") : "", typeof model === "string" ? model : ""];
}

/** Of the whole group, whose leader is only a guard; null where `ps` does not say it. */
async function memoryOf(leader: number): Promise<number | null> {
  const said = await outputOf(["/usr/bin/env", "LC_ALL=C", "ps", "-A", "-o", "pgid=,rss="], psMs);
  if (said === null) return null;
  const sizes = said
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([group]) => group === leader);
  return sizes.length === 0 ? null : sizes.reduce((sum, [, kilobytes = 0]) => sum + kilobytes * 1_024, 0);
}

function textOf({ event, data }: KeptEvent): string {
  const said = (key: string): string => String(data[key] ?? "");
  switch (event) {
    case "backend.switched":
      return `${said("from")} → ${said("to")}: work goes on with ${said("to")}`;
    case "backend.examined":
      return `${said("backend")}: ${said("failed")} of ${said("of")} failed (${said("kind")}); it is ${said("health")}`;
    case "backend.overloaded":
      return `${said("backend")}: overloaded (${said("status")}: ${said("detail")})`;
    case "backend.relieved":
      return `${said("backend")}: answers again`;
    default:
      return `${said("backend")}: ${said("from")} → ${said("to")}${said("cause") === "" ? "" : ` (${said("cause")})`}`;
  }
}
