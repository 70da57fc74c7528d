/** What another process has cost so far, in milliseconds of a core, to 10 ms: from /proc, or from `ps` elsewhere. */

import { existsSync, readFileSync } from "node:fs";

/** Linux tells it in hundredths of a second to every program. */
const tickMs = 10;

export function cpuMsOf(pid: number): number {
  if (!existsSync("/proc/self/stat")) return byPs(pid);
  // The name, in parentheses, may hold anything; user and system time are the 14th and 15th value, ended threads included.
  const values = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(values[11]) + Number(values[12])) * tickMs;
}

function byPs(pid: number): number {
  const time = Bun.spawnSync(["ps", "-o", "time=", "-p", `${pid}`])
    .stdout.toString()
    .trim();
  const [minutes = "0", seconds = "0"] = time.split(":").slice(-2);
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}
