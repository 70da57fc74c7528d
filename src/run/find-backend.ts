/** `--backend auto`: looks who is there, takes one, and says why; or says what would make one be there. */

import { parseAddress } from "../backends/address.ts";
import { type Chosen, choose, placeOf } from "../backends/discover/choose.ts";
import type { FoundServer, ServerKind } from "../backends/discover/identify.ts";
import { lookAround, otherUrls } from "../backends/discover/look.ts";
import { ollamaAddress } from "../backends/ollama/place.ts";
import { Problem } from "../core/problem.ts";
import { findLauncher, locateModel, usualModel } from "../supervisor/mlx.ts";
import type { BackendSettings, Place, Surroundings } from "./choose-backend.ts";

/** A server that was named may be busy; whoever is looked for on the off chance is not waited for as long. */
const namedMs = 2_000;

export async function findBackend(settings: BackendSettings, around: Surroundings): Promise<Place> {
  const { clock, signal, isAppleSilicon = false } = around;
  const { url, backend } = settings;
  const urls = url === null ? placesFor(settings, around.otherUrls ?? otherUrls) : [url];
  const silent: string[] = [];
  const onSilent = (place: string): void => void silent.push(`${place} is there and says nothing`);
  const found = await lookAround({ urls, clock, signal, onSilent, ...(url === null ? {} : { lookMs: namedMs }) });
  // A path of Ollama's own is a name: whoever else answers there was not meant, and would be asked in another API.
  const saysOllama = url !== null && parseAddress(url).saysOllama;
  const isWanted = ({ kind }: FoundServer): boolean => (kind === "Ollama" ? backend !== "openai" : !saysOllama);
  const servers = found.filter(isWanted);
  const modelFor = (kind: ServerKind): string | null => settings.model ?? namedModel(settings, kind);
  const chosen = choose(servers, { modelFor, isAppleSilicon });
  const mlx = isAppleSilicon && url === null && backend === "auto" ? await installedMlx(settings, chosen) : null;
  if (mlx !== null) return mlx;
  if (chosen.ok) {
    const { server, model, reason } = chosen.choice;
    if (server.kind === "mlx_lm.server" && isAppleSilicon) return { name: "mlx", url: server.url, model, reason };
    const name = server.kind === "Ollama" ? "ollama" : "openai";
    // What was named is asked as it was named: its path may hold more than its place.
    const isChoice = url === null || name === "ollama";
    return { name, url: url ?? server.url, model, reason: isChoice ? reason : null };
  }
  // A server that was named is asked all the same: it may be starting, and then it is waited for.
  if (url !== null && servers.length === 0) return unheard(settings, url);
  throw noBackend(urls, [...chosen.passed, ...silent], settings, found);
}

/** Null where mlx-lm is not installed, or another will do and a model would have to be downloaded, which nobody asked for. */
async function installedMlx({ mlx, model, named }: BackendSettings, chosen: Chosen): Promise<Place | null> {
  if (chosen.ok && chosen.choice.server.kind === "mlx_lm.server") return null;
  const launcher = await findLauncher(mlx.command, mlx.env);
  // A launcher that would have to fetch mlx-lm first is none.
  if (launcher === null || (launcher.versions === null && mlx.command === null)) return null;
  const wanted = locateModel(model ?? named.openai.model ?? usualModel(mlx.env), mlx.env);
  if (chosen.ok && !wanted.isOnDisk) return null;
  const beside = chosen.ok ? ` (before ${placeOf(chosen.choice.server)})` : "";
  const reason = `mlx-lm is installed (${launcher.name}): it is started with ${wanted.name}${beside}`;
  return { name: "mlx", url: null, model: wanted.name, reason, launcher };
}

/** BrainLayer's names are those of two servers; to another one they would be of a model that it has not. */
function namedModel({ backend, named }: BackendSettings, kind: ServerKind): string | null {
  if (kind === "Ollama") return named.ollama.model;
  return kind === "mlx_lm.server" || backend === "openai" ? named.openai.model : null;
}

function unheard({ model, named }: BackendSettings, url: string): Place {
  const isOllama = parseAddress(url).saysOllama;
  const asked = model ?? (isOllama ? named.ollama.model : named.openai.model);
  return { name: isOllama ? "ollama" : "openai", url, model: asked, reason: null };
}

/** The places that somebody has a name for come before the usual ones of their kind. */
function placesFor({ backend, named }: BackendSettings, usual: readonly string[]): string[] {
  const others = [...(named.openai.url === null ? [] : [named.openai.url]), ...usual];
  const all = backend === "openai" ? others : [ollamaAddress(named.ollama.url), ...others];
  const shown = all.map((url) => parseAddress(url).shown);
  return all.filter((_, index) => shown.indexOf(shown[index] ?? "") === index);
}

/** The model of an Ollama that was named without one. Throws a Problem when it has none for chat, or is not there. */
export async function findOllamaModel(url: string, { clock, signal, tell }: Surroundings): Promise<string> {
  const found = await lookAround({ urls: [url], clock, signal, lookMs: namedMs });
  const chosen = choose(
    found.filter(({ kind }) => kind === "Ollama"),
    { modelFor: () => null, isAppleSilicon: false },
  );
  if (chosen.ok && chosen.choice.model !== null) {
    tell?.(`Backend ollama: ${chosen.choice.reason}`);
    return chosen.choice.model;
  }
  const [passed] = chosen.ok ? [] : chosen.passed;
  if (passed !== undefined) throw new Problem("no_backend", passed, url, `get one: ${pullCommand}`);
  const [other] = found;
  if (other !== undefined) throw notOllama(other, url);
  throw new Problem(
    "no_backend",
    "no Ollama answers there",
    url,
    `start it with "ollama serve", or name it with --url`,
  );
}

/** Its path may have been named for what BrainLayer would ask there. */
function notOllama(other: FoundServer, url: string): Problem {
  const { saysOllama, shown } = parseAddress(url);
  const next = saysOllama ? `the path is Ollama's own: for this server give --url ${shown}` : "use --backend openai";
  return new Problem("no_backend", `${placeOf(other)} answers there, and no Ollama`, url, next);
}

export const pullCommand = "ollama pull qwen2.5-coder:7b";

export const installCommands: readonly string[] =
  process.platform === "darwin"
    ? [
        "uvx --from mlx-lm mlx_lm.server --model mlx-community/Qwen2.5-Coder-7B-Instruct-4bit",
        `brew install ollama && brew services start ollama && ${pullCommand}`,
        "brew install llama.cpp && llama-server -hf ggml-org/Qwen2.5-Coder-7B-Q8_0-GGUF",
      ]
    : [
        `${pullCommand}   (with Ollama running)`,
        "llama-server -hf ggml-org/Qwen2.5-Coder-7B-Q8_0-GGUF   (from llama.cpp)",
      ];

function noBackend(
  urls: readonly string[],
  passed: readonly string[],
  { backend, model }: BackendSettings,
  found: readonly FoundServer[],
): Problem {
  const where = urls.map((url) => parseAddress(url).shown.replace(/^http:\/\//, "")).join(", ");
  const isOllamaLeft = backend === "openai" && found.some(({ kind }) => kind === "Ollama");
  const here = isOllamaLeft ? ["Ollama answers: use --backend ollama"] : passed;
  const what =
    here.length === 0 ? "no model server answers on this machine" : `no server here will do: ${here.join("; ")}`;
  const other = model === null ? "" : "name another model with --model, ";
  return new Problem(
    "no_backend",
    what,
    where,
    `${other}start one, name one with --url, or use --backend lexical, which needs none:\n${installCommands
      .map((command) => `           ${command}`)
      .join("\n")}`,
  );
}
