/** The real mlx_lm.server with a model that always gives the same valid enrichment: all is real but its knowledge. */

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { cacheDir, pythonEnv, venv } from "./python.ts";
import { type RealServer, startServer } from "./server-process.ts";

export interface MlxOptions {
  /** Its answer is three tokens longer; more of them leave time for a kill in mid-answer. */
  readonly words?: number;
  /** 0 lets the system choose; a restarted server needs the port it had. */
  readonly port?: number;
}

/** The first call installs (22 s, 355 MB); starting takes 2 to 5 s. Ready when it has generated: no GET of it proves that. */
export async function startMlx({ words = 40, port = 0 }: MlxOptions = {}): Promise<RealServer> {
  const python = await mlxPython();
  const model = await chainModel(python, words);
  const command = [python, resolve(import.meta.dir, "mlx_server.py"), "--model", model];
  const settings = ["--host", "127.0.0.1", "--port", String(port), "--max-tokens", "1024"];
  // A cache folder of its own: the machine's is not looked at, and its list of models is not what a test depends on.
  const hubFolder = `${cacheDir}/models/hub`;
  mkdirSync(hubFolder, { recursive: true });
  return startServer([...command, ...settings], { HF_HUB_OFFLINE: "1", HF_HUB_CACHE: hubFolder }, hasGenerated);
}

/** A Python that has mlx-lm. */
export const mlxPython = (): Promise<string> => venv("requirements-mlx.txt");

/** Made once per length, then renamed into its place, so that half a model is never taken for one. */
export async function chainModel(python: string, words: number): Promise<string> {
  const folder = `${cacheDir}/models/chain-${words}`;
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  const script = resolve(import.meta.dir, "make_chain_model.py");
  const made = Bun.spawnSync([python, script, draft, "--words", String(words)], { env: pythonEnv() });
  if (made.exitCode !== 0) throw new Error(`no chain model: ${made.stdout}${made.stderr}`);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function hasGenerated(url: string): Promise<boolean> {
  const body = JSON.stringify({ messages: [{ role: "user", content: "." }], max_tokens: 1 });
  const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", body, proxy: false });
  await response.text();
  return response.ok;
}
