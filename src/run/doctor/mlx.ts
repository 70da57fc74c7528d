/** Doctor's look at mlx: what would start its server, with which model, and whether one runs. It starts none. */

import { parseAddress } from "../../backends/address.ts";
import { isListening } from "../../backends/reach.ts";
import { Problem } from "../../core/problem.ts";
import { findLauncher, installMlx, launcherProblem, locateModel, usualModel } from "../../supervisor/mlx.ts";
import type { BackendSettings, Surroundings } from "../choose-backend.ts";
import { findBackend } from "../find-backend.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** Where mlx_lm.server listens by default. */
const usualUrl = "http://127.0.0.1:8080";

export async function examineMlx(wanted: BackendSettings, isAppleSilicon: boolean): Promise<readonly Finding[]> {
  const found = findingsOf("mlx");
  const { command, env } = wanted.mlx;
  const isWanted = wanted.backend === "mlx";
  const launcher = await findLauncher(command, env);
  const install = installMlx[0] ?? "";
  const none = "mlx-lm is not installed";
  const where = "mlx_lm.server on PATH, python3 -m mlx_lm, uvx";
  const problem = launcher === null ? null : launcherProblem(launcher, env);
  if (problem !== null && (isWanted || isAppleSilicon)) found.fail("launcher", problem);
  else if (problem !== null) found.warn("launcher", problem.message, problem.where, problem.next);
  else if (launcher !== null)
    found.ok("launcher", `${launcher.name}${launcher.versions === null ? "" : `, ${launcher.versions}`}`);
  else if (isWanted) found.fail("launcher", new Problem("no_backend", none, where, install));
  else if (isAppleSilicon) found.ok("launcher", none, where, install);
  else found.ok("launcher", `${none}, which is for Apple silicon`);
  if (launcher === null || !(isWanted || isAppleSilicon)) return found.all;
  const model = locateModel(wanted.model ?? wanted.named.openai.model ?? usualModel(env), env);
  if (model.isOnDisk) found.ok("model", `${model.name} is on the disk`);
  else
    found.warn(
      "model",
      `${model.name} is not on the disk: the first start downloads it`,
      model.name,
      `hf download ${model.name}`,
    );
  return found.all;
}

/**
 * What is asked where a run would take an mlx whose server has to be started: a server that runs already, else null.
 * Looking is not worth a start, which takes a machine's memory for minutes.
 */
export async function withoutStarting(wanted: BackendSettings, around: Surroundings): Promise<Asked> {
  if (wanted.backend === "auto") {
    const { name, url, model, reason } = await findBackend(wanted, around);
    const backend = name === "ollama" ? name : "openai";
    return { wanted: url === null ? null : { ...wanted, backend, url, model }, reason };
  }
  if (wanted.backend !== "mlx") return { wanted, reason: null };
  const url = wanted.url ?? wanted.named.openai.url ?? usualUrl;
  const isUp = await isListening(parseAddress(url), around.signal);
  return { wanted: isUp ? { ...wanted, backend: "openai", url } : null, reason: null };
}

export interface Asked {
  readonly wanted: BackendSettings | null;
  readonly reason: string | null;
}
