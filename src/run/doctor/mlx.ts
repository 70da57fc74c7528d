/** Doctor's look at mlx: what would start its server, with which model, and whether one runs. It starts none. */

import { parseAddress } from "../../backends/address.ts";
import { isListening, listensWithin } from "../../backends/reach.ts";
import type { Clock } from "../../core/clock.ts";
import { Problem } from "../../core/problem.ts";
import {
  findLauncher,
  installMlx,
  type Launcher,
  launcherPlaces,
  launcherProblem,
  locateModel,
  noLauncher,
  usualModel,
} from "../../supervisor/mlx.ts";
import type { BackendSettings, Surroundings } from "../choose-backend.ts";
import { findBackend } from "../find-backend.ts";
import type { MlxSettings } from "../mlx.ts";
import { type Finding, type Findings, findingsOf } from "./finding.ts";

/** Where mlx_lm.server listens by default. */
const usualUrl = "http://127.0.0.1:8080";

/** In milliseconds: a server on this machine accepts at once, or is not there. */
const lookMs = 1_000;

export async function examineMlx(
  wanted: BackendSettings,
  isAppleSilicon: boolean,
  clock: Clock,
): Promise<readonly Finding[]> {
  const found = findingsOf("mlx");
  const { command, env } = wanted.mlx;
  const isServed = await runsAtUrl(wanted, clock);
  const isWanted = wanted.backend === "mlx" && !isServed;
  const isNeeded = isWanted || (isAppleSilicon && !isServed);
  const launcher = await findLauncher(command, env);
  if (launcher !== null) tellLauncher(launcher, env, isNeeded, found);
  else if (isWanted) found.fail("launcher", new Problem("no_backend", noLauncher, launcherPlaces, install));
  else if (isAppleSilicon) found.ok("launcher", noLauncher, launcherPlaces, install);
  else found.ok("launcher", isServed ? `${noLauncher}, and not needed` : `${noLauncher}, which is for Apple silicon`);
  if (launcher === null || !isNeeded) return found.all;
  const model = locateModel(wanted.model ?? wanted.named.openai.model ?? usualModel(env), env);
  const download = `${model.name} is not on the disk: the first start downloads it`;
  if (model.isOnDisk) found.ok("model", `${model.name} is on the disk`);
  else found.warn("model", download, model.name, `hf download ${model.name}`);
  return found.all;
}

const [install = ""] = installMlx;

function tellLauncher(launcher: Launcher, env: MlxSettings["env"], isNeeded: boolean, found: Findings): void {
  const { name, versions } = launcher;
  const problem = launcherProblem(launcher, env);
  if (problem === null) found.ok("launcher", `${name}${versions === null ? "" : `, ${versions}`}`);
  else if (isNeeded) found.fail("launcher", problem);
  else found.warn("launcher", problem.message, problem.where, problem.next);
}

/** Whether somebody's server is there where one is named: a run uses it as it is, and starts none. */
async function runsAtUrl({ backend, url, named }: BackendSettings, clock: Clock): Promise<boolean> {
  const place = url ?? named.openai.url;
  if (backend !== "mlx" || place === null) return false;
  try {
    return await listensWithin(parseAddress(place), lookMs, clock);
  } catch (error) {
    // An address that is none is told where the backends are looked at.
    if (error instanceof Problem) return false;
    throw error;
  }
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
