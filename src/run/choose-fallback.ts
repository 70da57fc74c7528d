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
  /** What each of them is called in this run: its name, with a number where another one has it already. */
  readonly labels: readonly string[];
  /** Those that are not there, by what they would be called, and why. */
  readonly missing: readonly { readonly label: string; readonly problem: Problem }[];
}

/** Throws why the first is not there when none is; a setting that is wrong is thrown in any case. */
export async function chooseBackends(
  settings: BackendSettings,
  fallbacks: readonly Fallback[],
  around: Surroundings,
): Promise<Chosen> {
  // A model is one server's name for it, and a key one server's secret.
  const others = fallbacks.map(({ name, url }) => ({ ...settings, backend: name, url, model: null, apiKey: null }));
  const [backends, labels]: [Backend[], string[]] = [[], []];
  const missing: { label: string; problem: Problem }[] = [];
  const names: string[] = [];
  const labelled = (name: string): string => {
    const before = names.filter((other) => other === name).length;
    names.push(name);
    return before === 0 ? name : `${name}#${before + 1}`;
  };
  for (const wanted of [settings, ...others]) {
    try {
      const backend = await chooseBackend(wanted, around);
      backends.push(backend);
      labels.push(labelled(backend.name));
    } catch (error) {
      if (!(error instanceof Problem && error.kind === "no_backend")) throw error;
      missing.push({ label: labelled(wanted.backend), problem: error });
    }
  }
  const [first] = missing;
  if (backends.length === 0 && first !== undefined) throw first.problem;
  return { backends, labels, missing };
}
