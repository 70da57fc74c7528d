/**
 * One server for all runs on a machine that want the same: joined where another run has started it, else started here.
 * Who holds its pipe uses it, and it ends when nobody does: so a run that is killed hands over to the others by itself.
 */

import { existsSync } from "node:fs";
import type { Clock } from "../core/clock.ts";
import { discardPipe, type Group, holdGroup, releaseGroup, signalGroup, startGroup } from "./child.ts";
import { type Log, openLog } from "./log.ts";

/** A process, told from a later one with the same id. */
export interface Process {
  readonly pid: number;
  readonly since: string | null;
}

export interface ServerRecord {
  readonly serial: number;
  readonly owner: Process;
  /** Null while it is being started. */
  readonly server: Process | null;
  readonly port: number;
  readonly pipe: string;
  readonly log: string;
  readonly claimedAtMs: number;
}

/** What the runs of a machine know of each other's servers; store/servers.ts keeps it. */
export interface Register {
  readonly read: () => Promise<ServerRecord | null>;
  readonly claim: (seen: ServerRecord | null, next: Omit<ServerRecord, "serial" | "server">) => Promise<number | null>;
  readonly started: (serial: number, server: Process) => Promise<void>;
  readonly remove: (serial: number) => Promise<void>;
}

export interface Server {
  readonly pid: number;
  readonly port: number;
  /** From its start, or from when it was joined. */
  readonly log: Log;
  /** Nothing of it is left. */
  readonly exited: Promise<void>;
  readonly signal: (signal: "SIGTERM" | "SIGKILL") => void;
  /** We need it no more; true when somebody else still does, and it lives on. */
  readonly release: () => Promise<boolean>;
}

export interface ServerParts {
  readonly register: Register;
  readonly clock: Clock;
  readonly self: () => Promise<Process>;
  readonly processOf: (pid: number) => Promise<Process>;
  readonly isRunning: (process: Process) => Promise<boolean>;
  /** Ends what is left of a group whose guard was killed; only what is certainly that server. */
  readonly reap: (record: ServerRecord) => Promise<void>;
  readonly choosePort: () => Promise<number>;
  readonly commandFor: (port: number) => readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly pipe: string;
  readonly log: string;
  readonly graceMs: number;
}

/** How long another run may take to start a process; how long a guard may take to end its group. */
const [startingMs, endingMs, lookMs] = [10_000, 6_000, 50];
/** How soon the end of a server is seen that is not our child. */
const watchMs = 250;

export async function acquireServer(parts: ServerParts): Promise<Server> {
  const { register, clock } = parts;
  for (;;) {
    const seen = await register.read();
    if (seen !== null && seen.server === null && (await isBeingStarted(seen, parts))) {
      await clock.sleep(lookMs);
      continue;
    }
    if (seen?.server) {
      const joined = await join(seen, seen.server, parts);
      if (joined !== null) return joined;
      await ended(seen, seen.server, parts);
    }
    const started = await start(seen, parts);
    if (started !== null) return started;
  }
}

const isBeingStarted = async ({ owner, claimedAtMs }: ServerRecord, { clock, isRunning }: ServerParts) =>
  Math.abs(clock.wallMs() - claimedAtMs) < startingMs && (await isRunning(owner));

async function join(seen: ServerRecord, server: Process, parts: ServerParts): Promise<Server | null> {
  if (!(await parts.isRunning(server))) return null;
  // First, for it may fail: what is held and forgotten would never end.
  const log = openLog(seen.log);
  const hold = holdGroup(seen.pipe);
  if (hold === null) {
    log.close();
    return null;
  }
  const group = { pid: server.pid, hold, exited: seenToEnd(seen.pipe, server.pid, parts.clock) };
  return serverOf(group, { ...seen, log }, parts);
}

/** Its guard is gone, or ends it just now, or nobody can hold it any more and it ends with those who do. */
async function ended(seen: ServerRecord, server: Process, parts: ServerParts): Promise<void> {
  const deadlineMs = parts.clock.nowMs() + endingMs;
  while ((await parts.isRunning(server)) && parts.clock.nowMs() < deadlineMs) await parts.clock.sleep(lookMs);
  if (!(await parts.isRunning(server))) await parts.reap(seen);
}

/** Null when another run was quicker. */
async function start(seen: ServerRecord | null, parts: ServerParts): Promise<Server | null> {
  const { register, clock, environment, log, graceMs } = parts;
  const port = await parts.choosePort();
  const claimedAtMs = clock.wallMs();
  // Of its own name: the pipe of an earlier server may still be held.
  const pipe = `${parts.pipe}-${claimedAtMs.toString(36)}`;
  const serial = await register.claim(seen, { owner: await parts.self(), port, pipe, log, claimedAtMs });
  if (serial === null) return null;
  const opened = openLog(log);
  try {
    const group = await startGroup({ command: parts.commandFor(port), environment, pipe, log, graceMs });
    await register.started(serial, await parts.processOf(group.pid));
    return serverOf(group, { serial, port, pipe, log: opened }, parts);
  } catch (error) {
    opened.close();
    await register.remove(serial);
    throw error;
  }
}

function serverOf(
  group: Group,
  { serial, port, pipe, log }: Pick<ServerRecord, "serial" | "port" | "pipe"> & Pick<Server, "log">,
  { register, clock }: ServerParts,
): Server {
  let held = true;
  const exited = group.exited.then(async () => {
    // The guard may have been killed alone: then the rest of its group is still there.
    signalGroup(group.pid, "SIGKILL");
    letGo();
    discardPipe(pipe);
    await register.remove(serial).catch(() => {});
  });
  function letGo(): void {
    if (held) releaseGroup(group.hold);
    held = false;
  }
  return {
    ...{ pid: group.pid, port, log, exited },
    signal: (signal) => void signalGroup(group.pid, signal),
    release: async () => {
      letGo();
      // The guard takes the pipe away first of all.
      for (let waitedMs = 0; waitedMs < 500; waitedMs += lookMs) {
        if (!existsSync(pipe)) return false;
        await clock.sleep(lookMs);
      }
      return existsSync(pipe);
    },
  };
}

/** Not our child, so nobody tells us: the guard takes its pipe away when the server ends. */
async function seenToEnd(pipe: string, pid: number, clock: Clock): Promise<void> {
  while (existsSync(pipe) && signalGroup(pid, 0)) await clock.sleep(watchMs);
}
