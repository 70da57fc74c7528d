/** Which models an Ollama has, which of them are loaded, and where each one runs, by its own lists. It starts none. */

import { failed, type Outcome, success } from "../../core/failure.ts";
import { type Address, ownUrl } from "../address.ts";
import { unusable } from "../failure.ts";
import { type GetOptions, getJson } from "../get-json.ts";
import { count, field, text } from "../json.ts";

export interface StockedModel {
  readonly name: string;
  readonly bytes: number;
  /** What the model is made like: `llama`, `bert`. */
  readonly family: string | null;
  /** It runs on a machine of Ollama's, and only its name is here. */
  readonly isElsewhere: boolean;
  /** The context it is loaded with; null: it is not loaded. */
  readonly loadedTokens: number | null;
  /** Until when it stays loaded, as the server says it. */
  readonly staysUntil: string | null;
}

export async function readStock(
  address: Address,
  signal: AbortSignal,
  options: GetOptions = {},
): Promise<Outcome<readonly StockedModel[]>> {
  const [tags, running] = await Promise.all([
    getJson(address, ownUrl(address, "/api/tags"), signal, options),
    getJson(address, ownUrl(address, "/api/ps"), signal, options),
  ]);
  if (!tags.ok) return tags;
  const { status } = tags.value;
  // A proxy in front of it wants a key: Ollama itself has none.
  if (status === 401 || status === 403) return failed({ kind: "unauthorized", status, detail: `HTTP ${status}` });
  const models = listOf(tags.value.json);
  if (status === 200 && models !== null) {
    return success(stockOf(models, running.ok ? (listOf(running.value.json) ?? []) : []));
  }
  return failed(unusable("not_api", `no list of models at ${address.shown}/api/tags: it is no Ollama`, ""));
}

function listOf(json: unknown): readonly unknown[] | null {
  const models = field(json, "models");
  return Array.isArray(models) ? models : null;
}

const nameOf = (model: unknown): string => text(field(model, "name")) ?? text(field(model, "model")) ?? "";

function stockOf(models: readonly unknown[], running: readonly unknown[]): StockedModel[] {
  const loaded = new Map(running.map((model) => [tagged(nameOf(model)), model]));
  const runningOf = (model: unknown): unknown => loaded.get(tagged(nameOf(model)));
  return models
    .map((model) => ({
      name: nameOf(model),
      bytes: count(field(model, "size")),
      family: text(field(field(model, "details"), "family")),
      isElsewhere: text(field(model, "remote_host")) !== null || namesElsewhere(nameOf(model)),
      loadedTokens: runningOf(model) === undefined ? null : count(field(runningOf(model), "context_length")),
      staysUntil: text(field(runningOf(model), "expires_at")),
    }))
    .filter(({ name }) => name !== "");
}

/** `gpt-oss:120b-cloud`, `kimi-k2:cloud`: such names are asked for without having been pulled. */
export const namesElsewhere = (model: string): boolean => /[:-]cloud$/i.test(model);

/** A name without a tag is the one with `:latest`. */
export const sameModel = (a: string, b: string): boolean => tagged(a) === tagged(b);
const tagged = (name: string): string => (/:[^/]*$/.test(name) ? name : `${name}:latest`);
