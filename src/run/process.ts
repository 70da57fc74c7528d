/**
 * What the system says about processes: which one this is, and whether another still runs. An id comes again after a
 * while, so a process is its id and its start.
 */

import { readFileSync, readlinkSync } from "node:fs";
import { errorCode } from "../core/error-code.ts";
import type { Owner } from "../store/runs.ts";
import { outputOf } from "../supervisor/child.ts";

export const thisProcess = (): Promise<Owner> => processOf(process.pid);

export const processOf = async (pid: number): Promise<Owner> => ({ pid, since: await startOf(pid) });

/** Whether that very process runs. Where the system does not say when one started, its id has to do. */
export async function isRunning({ pid, since }: Owner): Promise<boolean> {
  // Its id means nothing here, so that only its silence can tell.
  if (since !== null && isElsewhere(since)) return true;
  if (!isAlive(pid)) return false;
  const start = await startOf(pid);
  return start !== ended && (since === null || start === null || start === since);
}

/** One of another user counts, since it cannot be asked. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** Killed, and not yet collected by its parent: its id still answers. */
const ended = "ended";

/** Null: not known. */
const startOf = async (pid: number): Promise<string | null> =>
  process.platform === "linux" ? linuxStart(pid) : psStart(pid);

/** The boot, the pid namespace, and the clock ticks from that boot to its start. */
function linuxStart(pid: number): string | null {
  try {
    // The name stands in parentheses, and may hold any character itself.
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\)/s, "").trim().split(" ");
    const [state, ticks] = [fields[0], fields[19]];
    if (state === "Z" || state === "X") return ended;
    return ticks === undefined ? null : `${bootAndSpace()} ${ticks}`;
  } catch {
    return null;
  }
}

const bootAndSpace = (): string =>
  `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${readlinkSync("/proc/self/ns/pid")}`;

/** In another container of the same machine: the same boot, and ids of its own. */
function isElsewhere(since: string): boolean {
  try {
    const [boot, space] = bootAndSpace().split(" ");
    const [itsBoot, itsSpace] = since.split(" ");
    return boot === itsBoot && space !== itsSpace;
  } catch {
    return false;
  }
}

/** macOS has no /proc, and only `ps` says it. To the second, which will do: an id does not come again so soon. */
export async function psStart(pid: number): Promise<string | null> {
  const said = await outputOf(["/usr/bin/env", "LC_ALL=C", "TZ=UTC", "ps", "-o", "lstart=", "-p", `${pid}`], psMs);
  return said === null || said.trim() === "" ? null : said.trim();
}
const psMs = 2_000;
