/** Finds a model server that runs on this machine already, where servers listen by default. It asks none for a generation. */

import type { Clock } from "../core/clock.ts";
import { modelsUrl, parseAddress } from "./address.ts";
import { field, parseJson } from "./json.ts";

export interface Place {
  readonly port: number;
  /** What listens there by default, for people. */
  readonly name: string;
}

/** In order of preference, where several answer. */
export const places: readonly Place[] = [
  { port: 8080, name: "llama-server or mlx_lm.server" },
  { port: 1234, name: "LM Studio" },
  { port: 8000, name: "vLLM" },
];

export interface Found {
  readonly url: string;
  readonly name: string;
}

export interface FindOptions {
  readonly places?: readonly Place[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** For all places together: a server on loopback lists its models at once, or is not worth waiting for. */
const lookMs = 300;
const bytesMax = 256 * 1024;

/** Null when none answers like the API. Rejects with the signal's reason when cancelled. */
export async function findServer({ places: where = places, clock, signal }: FindOptions): Promise<Found | null> {
  signal.throwIfAborted();
  const ended = new AbortController();
  const late = clock.sleep(lookMs, AbortSignal.any([signal, ended.signal])).then(() => ended.abort());
  const looks = where.map((place) => look(place, ended.signal));
  let found: Found | null = null;
  // In their order, so that which of two answers first decides nothing.
  for (const each of looks) found ??= await each;
  ended.abort();
  await late;
  signal.throwIfAborted();
  return found;
}

async function look({ port, name }: Place, signal: AbortSignal): Promise<Found | null> {
  const url = `http://127.0.0.1:${port}`;
  const models = await get(modelsUrl(parseAddress(url)), signal);
  if (models === null) return null;
  const isServer = isApi(models) || (isEmptyList(models) && isWell(await get(`${url}/health`, signal)));
  return isServer ? { url, name } : null;
}

interface Got {
  readonly status: number;
  readonly isEmpty: boolean;
  readonly json: unknown;
}

async function get(url: string, signal: AbortSignal): Promise<Got | null> {
  try {
    const response = await fetch(url, { signal, redirect: "manual", timeout: false, proxy: false });
    const reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read"> | undefined = response.body?.getReader();
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
      pieces.push(piece.value);
      bytes += piece.value.byteLength;
      if (bytes > bytesMax) return null;
    }
    return { status: response.status, isEmpty: bytes === 0, json: parseJson(Buffer.concat(pieces).toString()) };
  } catch {
    // Refused, silent or no HTTP at all: whatever is there is not what is looked for.
    return null;
  }
}

/** A list of models, or llama-server's words while it still loads one: the first question then waits for it. */
function isApi({ status, json }: Got): boolean {
  if (status === 200) return field(json, "object") === "list" && Array.isArray(field(json, "data"));
  return status === 503 && field(field(json, "error"), "type") === "unavailable_error";
}

/** mlx_lm.server on a machine without a Hugging Face cache: its list of downloads fails after the head was sent. */
const isEmptyList = ({ status, isEmpty }: Got): boolean => status === 200 && isEmpty;
const isWell = (health: Got | null): boolean => health?.status === 200 && field(health.json, "status") === "ok";
