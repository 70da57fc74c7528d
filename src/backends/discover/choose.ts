/** Which of the servers that answer is taken, with which model, and why, in words for people. Pure. */

import { sameModel } from "../ollama/stock.ts";
import type { FoundModel, FoundServer, ServerKind } from "./identify.ts";

export interface Choice {
  readonly server: FoundServer;
  /** Null leaves it to the server, which has one only, or must not be told another. */
  readonly model: string | null;
  /** One line: what, where, why, and what was passed over. */
  readonly reason: string;
}

export interface Choosing {
  /** A model that was asked for, by kind of server: BrainLayer's users have a name for each. */
  readonly modelFor: (kind: ServerKind) => string | null;
  /** There a running mlx_lm.server comes first: it is the fastest that such a machine has. */
  readonly isAppleSilicon: boolean;
}

export type Chosen = { readonly ok: true; readonly choice: Choice } | { readonly ok: false; readonly passed: string[] };

/** mlx on Apple silicon, else Ollama, else whatever speaks OpenAI's API, in the order of the places. */
export function choose(servers: readonly FoundServer[], { modelFor, isAppleSilicon }: Choosing): Chosen {
  const ordered = [...servers].sort((a, b) => rank(a, isAppleSilicon) - rank(b, isAppleSilicon));
  const judged = ordered.map((server) => ({ server, verdict: verdictOf(server, modelFor(server.kind)) }));
  const best = judged.find(({ verdict }) => verdict.fits);
  const passed = judged.flatMap(({ server, verdict }) => (verdict.fits ? [] : [`${placeOf(server)}: ${verdict.why}`]));
  if (best === undefined || !best.verdict.fits) return { ok: false, passed };
  const others = judged.filter(({ server, verdict }) => verdict.fits && server !== best.server);
  const aside = [
    ...(others.length === 0 ? [] : [`before ${others.map(({ server }) => placeOf(server)).join(", ")}`]),
    ...(passed.length === 0 ? [] : [`not ${passed.join(", not ")}`]),
  ];
  const with_ = best.verdict.words === "" ? "" : `, ${best.verdict.words}`;
  const reason = `${placeOf(best.server)}${with_}${aside.length === 0 ? "" : ` (${aside.join("; ")})`}`;
  return { ok: true, choice: { server: best.server, model: best.verdict.model, reason } };
}

function rank({ kind }: FoundServer, isAppleSilicon: boolean): number {
  if (kind === "mlx_lm.server" && isAppleSilicon) return 0;
  return kind === "Ollama" ? 1 : 2;
}

type Verdict =
  | { readonly fits: true; readonly model: string | null; readonly words: string }
  | { readonly fits: false; readonly why: string };

function verdictOf({ kind, models, isLoading }: FoundServer, wanted: string | null): Verdict {
  if (isLoading) return { fits: true, model: wanted, words: "which still loads its model" };
  // It lists its downloads and has another one loaded; told a name, it drops that and loads.
  if (kind === "mlx_lm.server")
    return { fits: true, model: wanted, words: wanted ?? "with the model that it has loaded" };
  const fitting = models.filter((model) => model.isForChat && !model.isElsewhere);
  if (wanted !== null) return verdictOnWanted(kind, models, wanted);
  const picked = fitting.find(({ isLoaded }) => isLoaded === true) ?? fitting[0];
  if (picked !== undefined) return { fits: true, model: isAlone(kind) ? null : picked.name, words: wordsOf(picked) };
  if (models.some(({ isForChat }) => !isForChat)) return { fits: false, why: "only models that embed" };
  if (models.length > 0) return { fits: false, why: "only models that run on other machines" };
  // llama-server lists nothing while it loads; a server that never lists may still have one.
  return kind === "Ollama" || kind === "LM Studio"
    ? { fits: false, why: "no model" }
    : { fits: true, model: null, words: "" };
}

/** One model, whatever it is called there: no name has to be sent. */
const isAlone = (kind: ServerKind): boolean => kind === "llama-server";

function verdictOnWanted(kind: ServerKind, models: readonly FoundModel[], wanted: string): Verdict {
  const listed = models.find(({ name }) => name === wanted || (kind === "Ollama" && sameModel(name, wanted)));
  if (listed?.isElsewhere === true) return { fits: false, why: `${wanted} only on another machine` };
  if (listed !== undefined) return { fits: true, model: wanted, words: wordsOf({ ...listed, name: wanted }) };
  // It takes any name for the one that it has.
  if (kind === "llama-server" || models.length === 0)
    return { fits: true, model: wanted, words: `asked for ${wanted}` };
  const remedy = kind === "Ollama" ? ` ("ollama pull ${wanted}" gets it)` : "";
  return { fits: false, why: `no ${wanted}${remedy}` };
}

/** llama-server calls a model by the path of its file. */
const wordsOf = ({ name, isLoaded }: Pick<FoundModel, "name" | "isLoaded">): string => {
  const shown = name.startsWith("/") ? name.slice(name.lastIndexOf("/") + 1) : name;
  return isLoaded === true ? `with ${shown}, which is loaded` : `with ${shown}`;
};

export const placeOf = ({ kind, version, url }: FoundServer): string =>
  `${kind}${version === null ? "" : ` ${version}`} at ${url}`;
