/** Looks where model servers listen by default on this machine, all at once and for a bounded time. It never goes elsewhere. */

import type { Clock } from "../../core/clock.ts";
import { parseAddress } from "../address.ts";
import { describe, type FoundServer, hear, kindOf } from "./identify.ts";

/** By their default ports: llama-server and mlx_lm.server, Ollama, LM Studio, vLLM. */
export const ollamaUrl = "http://127.0.0.1:11434";
export const otherUrls: readonly string[] = ["http://127.0.0.1:8080", "http://127.0.0.1:1234", "http://127.0.0.1:8000"];

export interface LookOptions {
  readonly urls: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For a server that was named: it is waited for a little longer. */
  readonly lookMs?: number;
  /** Something is there that says nothing: it may hang, and whoever looks for a server wants to know. */
  readonly onSilent?: (url: string) => void;
}

/** For all together: a server on loopback says who it is at once, or is not worth waiting for. */
const defaultLookMs = 300;
/** Who has said that may take this long to list what it has. */
const describeMs = 1_000;

/** In the order of the addresses, without those where no model server answers. Rejects with the signal's reason. */
export async function lookAround(options: LookOptions): Promise<FoundServer[]> {
  const { urls, clock, signal, lookMs = defaultLookMs, onSilent } = options;
  signal.throwIfAborted();
  const addresses = urls.map(parseAddress).filter(({ isRemote }) => !isRemote);
  const heard = await within(lookMs, clock, signal, (late) =>
    Promise.all(addresses.map(async (address) => ({ address, words: await hear(address, late) }))),
  );
  for (const { address, words } of heard) if (words.isSilent) onSilent?.(address.shown);
  const known = heard.map(({ address, words }) => ({ address, words, kind: kindOf(words) }));
  const found = await within(describeMs, clock, signal, (late) =>
    Promise.all(known.map(({ address, words, kind }) => (kind === null ? null : describe(kind, address, words, late)))),
  );
  signal.throwIfAborted();
  return found.filter((server) => server !== null);
}

/** What `work` has by then: its signal ends the questions that are still open. */
async function within<T>(
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const late = clock.sleep(ms, AbortSignal.any([signal, ended.signal])).then(() => ended.abort());
  const done = await work(ended.signal);
  ended.abort();
  await late;
  return done;
}
