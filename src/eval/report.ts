/** An evaluation as one JSON object (`enrichd.eval/1`): every candidate with its scores, and what each has over the first. Pure. */

import { resamples } from "./bootstrap.ts";
import type { Pair } from "./pairs.ts";
import { type Candidate, type Difference, differencesOf, type Scores, scoresOf } from "./scores.ts";

export interface Compared {
  readonly candidate: Candidate;
  /** Null where nothing was asked yet. */
  readonly scores: Scores | null;
  /** Over the first; none for the first itself, and for too few texts. */
  readonly differences: readonly Difference[];
}

export function compareAll(candidates: readonly Candidate[], pairs: readonly Pair[], seed: number): Compared[] {
  const [first] = candidates;
  return candidates.map((candidate) => ({
    candidate,
    scores: scoresOf(candidate, pairs),
    differences: first === undefined || candidate === first ? [] : differencesOf(first, candidate, pairs, seed),
  }));
}

export interface Circumstances {
  readonly pairsFile: string;
  readonly pairs: number;
  readonly seed: number;
  readonly isWhole: boolean;
  readonly wallMs: number;
}

export function evaluationJson(compared: readonly Compared[], now: Circumstances): Record<string, unknown> {
  return {
    ...{ schema: "enrichd.eval/1", generated_at: new Date(now.wallMs).toISOString(), pairs_file: now.pairsFile },
    ...{ pairs: now.pairs, whole: now.isWhole, seed: now.seed, resamples },
    candidates: compared.map(({ candidate: { backend, model, prompt }, scores, differences }) => ({
      ...{ backend, model, prompt },
      ...(scores === null ? { asked: 0 } : scoresJson(scores)),
      differences: differences.map(({ of, n, difference, low, high, isClear, isBetter }) => ({
        ...{ of, n, difference, low, high, clear: isClear, better: isBetter },
      })),
    })),
  };
}

const scoresJson = (scores: Scores) => ({
  asked: scores.asked,
  valid_first_share: scores.validFirstShare,
  valid_share: scores.validShare,
  filler_share: scores.fillerShare,
  marks: scores.marks,
  duration_mean_ms: scores.durationMs.mean,
  duration_p50_ms: scores.durationMs.p50,
  tokens_in: scores.tokensIn,
  tokens_out: scores.tokensOut,
  fields: scores.fields,
});
