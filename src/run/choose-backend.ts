/** Which backend a run gets: the one named, or what is found on this machine. It never takes a remote one unasked. */

import { parseAddress } from "../backends/address.ts";
import type { Backend } from "../backends/backend.ts";
import { type ConcessionMemory, noMemory } from "../backends/concessions.ts";
import { lexicalBackend } from "../backends/lexical.ts";
import { ollamaAddress } from "../backends/ollama/place.ts";
import { ollamaBackend } from "../backends/ollama.ts";
import { openaiBackend } from "../backends/openai.ts";
import type { Timeouts } from "../backends/watchdog.ts";
import type { backendNames } from "../core/choices.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import type { Launcher } from "../supervisor/mlx.ts";
import { findBackend, findOllamaModel } from "./find-backend.ts";
import { chooseMlx, type MlxParts, type MlxSettings } from "./mlx.ts";

/** What was said for one kind of backend only: BrainLayer's users have a name for each. */
export interface Named {
  readonly url: string | null;
  readonly model: string | null;
}

export interface BackendSettings {
  readonly backend: (typeof backendNames)[number];
  /** Null: look at the ports that servers use by default. */
  readonly url: string | null;
  readonly model: string | null;
  /** For `auto`, where the kind is not known before it is found. */
  readonly named: { readonly ollama: Named; readonly openai: Named };
  readonly apiKey: string | null;
  readonly mlx: MlxSettings;
  readonly timeouts: Timeouts;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What servers are asked without; kept by the journal of a run. */
  readonly memory?: ConcessionMemory;
  /** A line for people: what was chosen and why. */
  readonly tell?: (line: string) => void;
  /** What a backend that starts a server needs besides. */
  readonly starting: Pick<MlxParts, "warmUp" | "parallel" | "random" | "report">;
  readonly isAppleSilicon?: boolean;
  /** Where others than Ollama are looked for; tests have ports of their own. */
  readonly otherUrls?: readonly string[];
}

/** Where a backend is, and with which model; `reason` where we chose. */
export interface Place {
  readonly name: "mlx" | "ollama" | "openai";
  /** Null: a server that is yet to be started. */
  readonly url: string | null;
  readonly model: string | null;
  readonly reason: string | null;
  /** Of mlx, where it was looked for. */
  readonly launcher?: Launcher;
}

/** Throws a Problem of kind `no_backend` when there is none, with what would install one. */
export async function chooseBackend(settings: BackendSettings, around: Surroundings): Promise<Backend> {
  if (settings.backend === "lexical") return lexicalBackend(around);
  const place = await placeOf(settings, around);
  if (place.reason !== null) around.tell?.(`Backend ${place.name}: ${place.reason}`);
  const { clock, signal, memory = noMemory, starting } = around;
  const { apiKey, mlx } = settings;
  const { name, url, model, reason } = place;
  const { timeouts } = settings;
  const shown = { url: url === null ? null : parseAddress(url).shown, reason };
  if (name === "mlx" || url === null) {
    const launcher = place.launcher ?? null;
    return at(
      await chooseMlx({ ...starting, settings: mlx, url, model, apiKey, launcher, timeouts, clock, signal }),
      shown,
    );
  }
  const common = { url, apiKey, thinking: false, timeouts, clock, memory };
  if (name === "openai") return at(openaiBackend({ name, model, ...common }), shown);
  const found = model ?? (await findOllamaModel(url, around));
  const onLoading = (detail: string): void =>
    starting.report({ event: "backend.loading", backend: name, model: found, detail });
  return at(ollamaBackend({ model: found, ...common, onLoading }), shown);
}

async function placeOf(settings: BackendSettings, around: Surroundings): Promise<Place> {
  const { backend, model, named } = settings;
  if (backend === "ollama") {
    const url = ollamaAddress(settings.url ?? named.ollama.url);
    return { name: "ollama", url: onThisMachine(url), model: model ?? named.ollama.model, reason: null };
  }
  const url = settings.url ?? (backend === "auto" ? null : named.openai.url);
  if (url !== null) onThisMachine(url);
  if (backend === "mlx") return { name: "mlx", url, model: model ?? named.openai.model, reason: null };
  if (backend === "auto" || url === null) return findBackend({ ...settings, url }, around);
  return { name: "openai", url, model: model ?? named.openai.model, reason: null };
}

function onThisMachine(url: string): string {
  if (!parseAddress(url).isRemote) return url;
  throw new Problem(
    "config",
    "this server is not on this machine, and this version has no sanitizer for what leaves it",
    url,
    "name a server on 127.0.0.1, or forward its port to this machine",
  );
}

/** The backend's model is known only later, so it is kept as the getter that it is. */
function at(backend: Backend, place: Backend["place"]): Backend {
  return Object.defineProperties({ place } as Backend, Object.getOwnPropertyDescriptors(backend));
}
