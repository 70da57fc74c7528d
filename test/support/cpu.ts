/** What another process has cost so far, in milliseconds of a core: by the scheduler's nanoseconds, or by `ps` elsewhere. */

import { existsSync, readdirSync, readFileSync } from "node:fs";

export function cpuMsOf(pid: number): number {
  if (!existsSync("/proc/self/schedstat")) return byPs(pid);
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
    return Number(text.split(" ")[0]);
  });
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}

function byPs(pid: number): number {
  const time = Bun.spawnSync(["ps", "-o", "time=", "-p", `${pid}`])
    .stdout.toString()
    .trim();
  const [minutes = "0", seconds = "0"] = time.split(":").slice(-2);
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}
