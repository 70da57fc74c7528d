/** Measures one process: how long it ran, what it cost, how much memory it had at its peak. */

import { readFileSync } from "node:fs";
import { nowMs } from "./model-server.ts";

export interface Measured {
  readonly startedAtMs: number;
  readonly wallMs: number;
  /** User and system time, of the process and of children that it has waited for. */
  readonly cpuMs: number;
  readonly peakMegabytes: number;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const pollMs = 10;

/** With a limit, a process that takes longer is killed, and has no exit code. */
export async function measure({ command, env }: Program, limitMs?: number): Promise<Measured> {
  const startedAtMs = nowMs();
  const child = Bun.spawn([...command], {
    env: { ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    killSignal: "SIGKILL",
    ...(limitMs === undefined ? {} : { timeout: limitMs }),
  });
  let peak = 0;
  const polling = setInterval(() => {
    peak = Math.max(peak, residentPeak(child.pid));
  }, pollMs);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const wallMs = nowMs() - startedAtMs;
  clearInterval(polling);
  const usage = child.resourceUsage();
  const peakMegabytes = (peak > 0 ? peak : (usage?.maxRSS ?? 0)) / 1e6;
  const cpuMs = Number(usage?.cpuTime.total ?? 0) / 1000;
  return { startedAtMs, wallMs, cpuMs, peakMegabytes, exitCode: child.exitCode, stdout, stderr };
}

/**
 * In bytes; 0 where there is no /proc. What the system tells of an ended child is at least what its parent had when it
 * started it, and we are larger than some that we measure.
 */
function residentPeak(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Throws what the process said when it did not end with `code`. */
export function expectExit(measured: Measured, code: number): Measured {
  if (measured.exitCode === code) return measured;
  throw new Error(`ended with ${measured.exitCode}:\n${measured.stdout.slice(-2000)}\n${measured.stderr.slice(-2000)}`);
}
