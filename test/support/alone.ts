/** The compiled binary, copied alone into an empty folder, with an environment that holds nothing but that folder. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { placeBinary } from "./binary.ts";
import { temporaryFolder } from "./folder.ts";

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Alone {
  /** Also HOME. */
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly start: (...args: string[]) => Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly run: (...args: string[]) => Promise<Ended>;
}

export function alone(env: Record<string, string> = {}): Alone {
  const folder = join(temporaryFolder(), "all alone ü");
  mkdirSync(folder);
  const binary = join(folder, "enrichd");
  placeBinary(binary);
  const start = (...args: string[]) =>
    Bun.spawn([binary, ...args], {
      ...{ cwd: folder, env: { HOME: folder, PATH: "/usr/bin:/bin", ...env } },
      ...({ stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const),
    });
  return {
    folder,
    path: (name) => join(folder, name),
    start,
    run: async (...args) => ended(start(...args)),
  };
}

export async function ended(child: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<Ended> {
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, out, err };
}
