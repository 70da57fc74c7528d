/** The two sides as programs to measure: the compiled binary, and the Python pipeline that it follows. */

import { resolve } from "node:path";
import { builtBinary } from "../test/support/binary.ts";
import { temporaryFolder } from "../test/support/folder.ts";
import { venv } from "../test/support/python.ts";
import type { Program } from "./measure.ts";

export const binary = builtBinary;
export const peerRequirements = "requirements-brainlayer-1.txt";

export interface Work {
  readonly db: string;
  readonly url: string;
  readonly parallel: number;
  readonly max?: number;
}

export interface Runner {
  readonly name: "enrichd" | "pipeline";
  readonly run: (work: Work) => Program;
  readonly stats: (db: string) => Program;
}

export const home = temporaryFolder();
/** Nothing of the user's: no settings, no proxy, no database of their own. */
export const env = { PATH: process.env["PATH"] ?? "", HOME: home };

export const enrichd: Runner = {
  name: "enrichd",
  run: ({ db, url, parallel, max }) => ({
    command: [
      ...[binary, "run", "--db", db, "--backend", "openai", "--url", url, "--parallel", `${parallel}`],
      ...(max === undefined ? [] : ["--max", `${max}`]),
    ],
    env,
  }),
  stats: (db) => ({ command: [binary, "stats", "--json", "--db", db], env }),
};

/** Its batches of 50 are its default, and it ends with a batch, not inside one. */
export async function pipelineRunner(): Promise<Runner> {
  const start = [await venv(peerRequirements), "-m", "brainlayer.pipeline.enrichment"];
  const settings = (url: string) => ({
    ...env,
    ...{ BRAINLAYER_ENRICH_BACKEND: "mlx", MLX_URL: `${url}/v1/chat/completions` },
  });
  return {
    name: "pipeline",
    run: ({ db, url, parallel, max }) => ({
      command: [
        ...[...start, "--db", db, "--batch-size", `${Math.min(50, max ?? 50)}`, "--parallel", `${parallel}`],
        ...(max === undefined ? [] : ["--max", `${max}`]),
      ],
      env: settings(url),
    }),
    stats: (db) => ({ command: [...start, "--db", db, "--stats"], env: settings("http://127.0.0.1:9") }),
  };
}

export function bareLoop(work: Omit<Work, "db"> & { readonly bodies: string }): Program {
  const { url, bodies, parallel, max } = work;
  const rest = max === undefined ? [] : [`${max}`];
  return {
    command: [process.execPath, resolve(import.meta.dir, "bare-loop.ts"), url, bodies, `${parallel}`, ...rest],
    env,
  };
}
