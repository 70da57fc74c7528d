/** The flags that several commands have, and the kinds they are made of, as data. */

import { backendNames, qualityModes } from "../../core/choices.ts";
import type { Alias, Flag, Flags } from "../flags.ts";

export const text = { type: "text" } as const;
export const toggle = { type: "switch" } as const;
export const integer = (min: number, max: number) => ({ type: "integer", min, max }) as const;
export const share = { type: "share" } as const;
export const seconds = (minMs: number) => ({ type: "duration", unit: "s", minMs }) as const;

export const common: Flags = {
  db: {
    kind: text,
    value: "PATH",
    help: "the database (else a BrainLayer database at its place, else our own)",
    aliases: ["BRAINLAYER_DB"],
  },
  journal: { kind: text, value: "PATH", help: "where our journal is (else NAME.enrichd.db beside the database)" },
  config: { kind: text, value: "PATH", help: "the config file (else ~/.config/enrichd/config.toml)", callOnly: true },
  "lock-timeout": {
    kind: seconds(0),
    value: "TIME",
    help: "how long a lock may last before we end with 75",
    default: "60s",
  },
  "no-color": { kind: toggle, help: "no colours" },
  help: { kind: toggle, help: "show this", callOnly: true },
  version: { kind: toggle, help: "show the version", callOnly: true },
};

export const json: Flag = { kind: toggle, help: "JSON on stdout", callOnly: true };

export const open: Flag = { kind: toggle, help: "open the status page in the browser", callOnly: true };

export const prompt: Flag = {
  kind: text,
  value: "NAME|FILE",
  help: "what the model is told: full, short, example, facts-first, or a text file of your own",
  default: "full",
};

export const quality: Flag = {
  kind: { type: "choice", of: qualityModes },
  help: "of an answer worth little that comes a second time: strict gives it up, mark keeps most; off asks once",
  default: "mark",
};

export const schema: Flag = {
  kind: text,
  value: "FILE",
  help: "a JSON file with fields of your own, which are asked for beside ours",
};

/** With `auto`, such a name is a place to look at, or the model there: it holds once the kind of server is known. */
const forOpenai = (...names: readonly string[]): Alias[] =>
  names.map((name) => ({ name, backends: ["mlx", "openai"] }));

export const backend: Flags = {
  backend: {
    kind: { type: "choice", of: backendNames },
    help: "what describes a chunk; auto takes a model server on this machine",
    default: "auto",
    aliases: ["BRAINLAYER_ENRICH_BACKEND"],
  },
  url: {
    kind: text,
    value: "URL",
    help: "the model server: its base, its /v1, a whole path, or unix:/path/to.sock",
    aliases: [
      ...forOpenai("BRAINLAYER_MLX_URL", "MLX_URL"),
      ...["BRAINLAYER_OLLAMA_URL", "OLLAMA_HOST"].map((name) => ({ name, backends: ["ollama"] })),
    ],
  },
  model: {
    kind: text,
    value: "NAME",
    help: "the model to ask for (else what the server has loaded)",
    aliases: [...forOpenai("BRAINLAYER_MLX_MODEL"), { name: "BRAINLAYER_ENRICH_MODEL", backends: ["ollama"] }],
  },
  "api-key": { kind: text, value: "KEY", help: "sent as a bearer token; better set in the environment", secret: true },
};
