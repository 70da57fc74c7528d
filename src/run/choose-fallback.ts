/** All backends of a run in the order in which they are wanted: the one chosen, then those that were named for bad times. */

import type { Backend } from "../backends/backend.ts";
import { Problem } from "../core/problem.ts";
import { type BackendSettings, chooseBackend, type Surroundings } from "./choose-backend.ts";

export interface Fallback {
  readonly name: Exclude<BackendSettings["backend"], "auto">;
  /** Null: where such a server is by default. */
  readonly url: string | null;
}

export interface Chosen {
  readonly backends: readonly Backend[];
  /** Those of them that are not there, and why. */
  readonly missing: readonly { readonly name: string; readonly problem: Problem }[];
}

/** Throws why the first is not there when none is; a setting that is wrong is thrown in any case. */
export async function chooseBackends(
  settings: BackendSettings,
  fallbacks: readonly Fallback[],
  around: Surroundings,
): Promise<Chosen> {
  // A model is one server's name for it, and a key one server's secret.
  const others = fallbacks.map(({ name, url }) => ({ ...settings, backend: name, url, model: null, apiKey: null }));
  const backends: Backend[] = [];
  const missing: { name: string; problem: Problem }[] = [];
  for (const wanted of [settings, ...others]) {
    try {
      backends.push(await chooseBackend(wanted, around));
    } catch (error) {
      if (!(error instanceof Problem && error.kind === "no_backend")) throw error;
      missing.push({ name: wanted.backend, problem: error });
    }
  }
  const [first] = missing;
  if (backends.length === 0 && first !== undefined) throw first.problem;
  return { backends, missing };
}
