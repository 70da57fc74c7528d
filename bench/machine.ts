/** What the figures were taken on, in one paragraph: without it they mean nothing. */

import { Database } from "bun:sqlite";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { pythonEnv, venv } from "../test/support/python.ts";
import { binary, peerRequirements } from "./runners.ts";

export async function describeMachine(): Promise<string> {
  const [cpu] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const python = await venv(peerRequirements);
  const asked =
    "import platform, apsw; print(f'Python {platform.python_version()}, SQLite {apsw.sqlite_lib_version()} there')";
  const sqlite = new Database(":memory:").query<{ v: string }, []>("SELECT sqlite_version() AS v").get()?.v;
  return [
    `${cpus().length} cores of ${cpu?.model.trim() ?? "an unknown CPU"}, ${gigabytes} GB of memory, ${type()} ${release()}`,
    `Bun ${Bun.version} with SQLite ${sqlite}, enrichd ${said([binary, "--version"])}`,
    said([python, "-c", asked]),
  ].join("; ");
}

/** Of the last minute; our own work is in it. */
export const load = (): string => (loadavg()[0] ?? 0).toFixed(1);

function said(command: string[]): string {
  return Bun.spawnSync(command, { env: pythonEnv(), stdin: "ignore" }).stdout.toString().trim();
}
