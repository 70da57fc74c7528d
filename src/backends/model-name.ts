/** What the answering model is called: by the settings, by the answer, or by the server's list. It never invents one. */

import type { Clock } from "../core/clock.ts";
import { type Address, modelsUrl } from "./address.ts";
import { getJson } from "./get-json.ts";
import { field, first, text } from "./json.ts";

export interface ModelName {
  /** For showing before anything has answered. */
  readonly known: () => string;
  /** The name to file an answer under, given what the answer itself says. */
  readonly of: (said: string | null, signal: AbortSignal) => Promise<string>;
}

export interface ModelNameOptions {
  readonly address: Address;
  readonly headers: Readonly<Record<string, string>>;
  readonly configured: string | null;
  readonly clock: Clock;
}

/** mlx_lm.server answers with this when it was asked for no model by name: true, and worth nothing in a database. */
const placeholder = "default_model";
const listMs = 2000;

export function modelName({ address, headers, configured, clock }: ModelNameOptions): ModelName {
  let heard: string | null = null;
  let listed: Promise<string | null> | null = null;
  return {
    known: () => configured ?? heard ?? "server default",
    of: async (said, signal) => {
      if (said !== null && said !== placeholder) heard = said;
      else if (configured !== null) return configured;
      else {
        // Asked once and kept, also when it says nothing: a list is never worth a second wait.
        listed ??= onlyListed(signal);
        heard ??= (await listed) ?? said;
      }
      return heard ?? "server default";
    },
  };

  async function onlyListed(signal: AbortSignal): Promise<string | null> {
    const ended = new AbortController();
    const late = clock.sleep(listMs, AbortSignal.any([signal, ended.signal])).then(() => null);
    const name = await Promise.race([late, readList(ended.signal)]);
    ended.abort();
    return name;
  }

  /** A list of one names the model; of several, nobody knows which is loaded (mlx_lm.server lists its downloads). */
  async function readList(signal: AbortSignal): Promise<string | null> {
    // Only a name is missing: the answer is there, and a failure here says nothing about the next question.
    const got = await getJson(address, modelsUrl(address), signal, { headers }).catch(() => null);
    const models = got?.ok ? field(got.value.json, "data") : null;
    return Array.isArray(models) && models.length === 1 ? text(field(first(models), "id")) : null;
  }
}
