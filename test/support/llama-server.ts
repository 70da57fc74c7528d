/** llama.cpp's own server with a real model of 135 million parameters, on the CPU, from PyPI alone. */

import { resolve } from "node:path";
import { venv } from "./python.ts";
import { type RealServer, startServer } from "./server-process.ts";

export interface LlamaOptions {
  /** 0 lets the system choose. */
  readonly port?: number;
  /** Slots: that many answers at a time. */
  readonly parallel?: number;
  /** Tokens of context, for all slots together. */
  readonly context?: number;
  /** Two wait for each other on a busy machine of two cores, and then take ten times as long; alone they are faster. */
  readonly threads?: number;
}

/** The first call installs (6 s, 221 MB); starting takes 1 to 6 s. Ready when `/health` says so: the model is loaded. */
export async function startLlama(asked: LlamaOptions = {}): Promise<RealServer> {
  const { port = 0, parallel = 2, context = 16_384, threads = 1 } = asked;
  const python = await venv("requirements-llama.txt");
  const options = { port, n_parallel: parallel, n_ctx: context, n_threads: threads };
  const command = [python, resolve(import.meta.dir, "llama_server.py"), JSON.stringify(options)];
  return startServer(command, {}, async (url) => (await fetch(`${url}/health`, { proxy: false })).ok);
}
