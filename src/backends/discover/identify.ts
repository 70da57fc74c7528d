/** Asks a server who it is and which models it has, in words that cost it nothing. It asks none for a generation. */

import { type Address, modelsUrl, ownUrl } from "../address.ts";
import { type Got, getJson } from "../get-json.ts";
import { field, first, text } from "../json.ts";
import { readStock } from "../ollama/stock.ts";
import { isForChat } from "./model-use.ts";

export type ServerKind =
  | "Ollama"
  | "llama-server"
  | "mlx_lm.server"
  | "LM Studio"
  | "vLLM"
  | "an OpenAI-compatible server";

export interface FoundModel {
  readonly name: string;
  readonly isForChat: boolean;
  /** Null where the server does not say. */
  readonly isLoaded: boolean | null;
  /** Only its name is on this machine. */
  readonly isElsewhere: boolean;
}

export interface FoundServer {
  readonly url: string;
  readonly kind: ServerKind;
  readonly version: string | null;
  /** It says so itself; the first question then waits for it. */
  readonly isLoading: boolean;
  readonly models: readonly FoundModel[];
}

export interface Words {
  readonly version: Got | null;
  readonly models: Got | null;
  readonly props: Got | null;
  readonly health: Got | null;
  /** Something is there, and has not said a word in time. */
  readonly isSilent: boolean;
}

/** All at once: the slowest decides, and a server may have no answer to one of them. */
export async function hear(address: Address, signal: AbortSignal): Promise<Words> {
  let silences = 0;
  const ask = async (url: string): Promise<Got | null> => {
    const got = await getJson(address, url, signal);
    if (!got.ok && got.failure.kind === "timeout") silences++;
    return got.ok ? got.value : null;
  };
  const urls = [ownUrl(address, "/api/version"), modelsUrl(address), ownUrl(address, "/props")];
  const [version = null, models = null, props = null, health = null] = await Promise.all(
    [...urls, ownUrl(address, "/health")].map(ask),
  );
  return { version, models, props, health, isSilent: silences === urls.length + 1 };
}

/** Null for what is no model server at all. */
export function kindOf({ version, models, props, health }: Omit<Words, "isSilent">): ServerKind | null {
  if (version?.status === 200 && text(field(version.json, "version")) !== null) return "Ollama";
  const owner = ownerIn(models);
  if (owner === "llamacpp" || isLlama(props) || isLoading(models)) return "llama-server";
  if (owner === "vllm") return "vLLM";
  if (owner === "organization_owner") return "LM Studio";
  // Python's own web server; its list of models may be late (it looks through a cache of downloads), or empty.
  const isWell = health?.status === 200 && field(health.json, "status") === "ok";
  if (isWell && /^BaseHTTP\//.test(health.server)) return "mlx_lm.server";
  if (listIn(models) !== null) return "an OpenAI-compatible server";
  return isWell && models?.status === 200 && models.isEmpty ? "mlx_lm.server" : null;
}

const listIn = (got: Got | null): readonly unknown[] | null => {
  const data = field(got?.json, "data");
  return got?.status === 200 && field(got.json, "object") === "list" && Array.isArray(data) ? data : null;
};

const ownerIn = (models: Got | null): string | null => text(field(first(listIn(models)), "owned_by"));

const isLlama = (props: Got | null): boolean =>
  props?.status === 200 && field(props.json, "default_generation_settings") !== undefined;

/** llama-server's words while it still loads its model. */
const isLoading = (got: Got | null): boolean =>
  got?.status === 503 && field(field(got.json, "error"), "type") === "unavailable_error";

/** What the kind of server can be asked besides; null where it turns out to be another. */
export async function describe(
  kind: ServerKind,
  address: Address,
  words: Words,
  signal: AbortSignal,
): Promise<FoundServer | null> {
  const version = text(field(words.version?.json, "version"));
  const found = { url: address.shown, kind, version, isLoading: isLoading(words.models) };
  if (kind === "Ollama") {
    const stock = await readStock(address, signal);
    if (!stock.ok) return null;
    const models = stock.value.map(({ name, family, isElsewhere, loadedTokens }) => ({
      ...{ name, isElsewhere, isLoaded: loadedTokens !== null, isForChat: isForChat({ name, family }) },
    }));
    return { ...found, models };
  }
  const listed = listIn(words.models) ?? [];
  if (kind !== "LM Studio") return { ...found, models: modelsIn(listed, kind === "vLLM" ? true : null) };
  const own = await getJson(address, ownUrl(address, "/api/v0/models"), signal);
  const detailed = own.ok ? field(own.value.json, "data") : null;
  return { ...found, models: modelsIn(Array.isArray(detailed) ? detailed : listed, null) };
}

function modelsIn(listed: readonly unknown[], isLoaded: boolean | null): FoundModel[] {
  return listed.flatMap((model) => {
    const name = text(field(model, "id"));
    if (name === null) return [];
    const [state, type] = [text(field(model, "state")), text(field(model, "type"))];
    const loaded = state === null ? isLoaded : state === "loaded";
    return [{ name, isElsewhere: false, isLoaded: loaded, isForChat: isForChat({ name, type }) }];
  });
}
