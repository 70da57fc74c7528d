/** One small GET of a server's own words about itself, with a bound on its size. It waits as long as its signal lets it. */

import { type Failure, failed, type Outcome, success } from "../core/failure.ts";
import { type Address, route } from "./address.ts";
import type { Connecting } from "./connecting.ts";
import { failureOfThrown, unusable } from "./failure.ts";
import { parseJson } from "./json.ts";

export interface Got {
  readonly status: number;
  readonly isEmpty: boolean;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
  /** The name that a server gives itself in its head. */
  readonly server: string;
}

export interface GetOptions extends ReturnType<Connecting["told"]> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Lists of models are long where somebody collects them: some 1 KB each. */
const bytesMax = 1024 * 1024;

/** A status is no failure here; whoever does not answer, in HTTP and within that size, is one. */
export async function getJson(
  address: Address,
  url: string,
  signal: AbortSignal,
  options: GetOptions = {},
): Promise<Outcome<Got>> {
  try {
    const response = await fetch(url, { ...options, signal, redirect: "manual", timeout: false, ...route(address) });
    const reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read"> | undefined = response.body?.getReader();
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
      pieces.push(piece.value);
      bytes += piece.value.byteLength;
      if (bytes > bytesMax) return failed(unusable("oversized", `over ${bytesMax} bytes at ${url}`, ""));
    }
    const json = parseJson(Buffer.concat(pieces).toString());
    const server = response.headers.get("server") ?? "";
    return success({ status: response.status, isEmpty: bytes === 0, json, server });
  } catch (error) {
    const failure = signal.aborted ? silent(url) : failureOfThrown(error);
    if (failure === null) throw error;
    return failed(failure);
  }
}

const silent = (url: string): Failure => ({
  ...{ kind: "timeout", phase: "first_token", afterMs: 0 },
  detail: `no answer from ${url}`,
});
