/** Which backend a run gets: the one named, or what is found on this machine. It never takes a remote one unasked. */

import { parseAddress } from "../backends/address.ts";
import type { Backend } from "../backends/backend.ts";
import { findServer } from "../backends/discover.ts";
import { lexicalBackend } from "../backends/lexical.ts";
import { openaiBackend } from "../backends/openai.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { chooseMlx, type MlxParts, type MlxSettings } from "./mlx.ts";

export const backendNames = ["auto", "mlx", "openai", "lexical"] as const;

export interface BackendSettings {
  readonly backend: (typeof backendNames)[number];
  /** Null: look at the ports that servers use by default. */
  readonly url: string | null;
  readonly model: string | null;
  readonly apiKey: string | null;
  readonly mlx: MlxSettings;
  readonly timeouts: {
    readonly firstTokenMs: number;
    readonly progressMs: number;
    readonly totalMs: number;
  };
}

/** A local server accepts at once or not at all; its queue, not the network, makes one wait. */
const connectMs = 10_000;

/** What a backend of ours that starts a server needs besides. */
export type Starting = Pick<MlxParts, "warmUp" | "parallel" | "random" | "report">;

/** Throws a Problem of kind `no_backend` when there is none, with what would install one. */
export async function chooseBackend(
  settings: BackendSettings,
  clock: Clock,
  signal: AbortSignal,
  starting: Starting,
): Promise<Backend> {
  if (settings.backend === "lexical") return lexicalBackend({ clock });
  if (settings.backend === "mlx" && !isRemote(settings.url)) {
    const { mlx, url, model, apiKey, timeouts } = settings;
    const wanted = { settings: mlx, url, model, apiKey, timeouts: { connectMs, ...timeouts } };
    return chooseMlx({ ...starting, ...wanted, clock, signal });
  }
  const url = settings.url ?? (await findServer({ clock, signal }))?.url ?? null;
  if (url === null) throw noBackend();
  if (isRemote(url))
    throw new Problem(
      "config",
      "this server is not on this machine, and this version has no sanitizer for what leaves it",
      url,
      "name a server on 127.0.0.1, or forward its port to this machine",
    );
  const { model, apiKey, timeouts } = settings;
  return openaiBackend({
    name: "openai",
    url,
    model,
    apiKey,
    thinking: false,
    timeouts: { connectMs, ...timeouts },
    clock,
  });
}

const isRemote = (url: string | null): boolean => url !== null && parseAddress(url).isRemote;

export const installCommands: readonly string[] =
  process.platform === "darwin"
    ? [
        "uvx --from mlx-lm mlx_lm.server --model mlx-community/Qwen2.5-Coder-7B-Instruct-4bit",
        "brew install llama.cpp && llama-server -hf ggml-org/Qwen2.5-Coder-7B-Q8_0-GGUF",
      ]
    : ["llama-server -hf ggml-org/Qwen2.5-Coder-7B-Q8_0-GGUF   (from llama.cpp)"];

function noBackend(): Problem {
  return new Problem(
    "no_backend",
    "no model server answers on this machine",
    "127.0.0.1, ports 8080, 1234 and 8000",
    `start one, name one with --url, or use --backend lexical, which needs none:\n${installCommands
      .map((command) => `           ${command}`)
      .join("\n")}`,
  );
}
