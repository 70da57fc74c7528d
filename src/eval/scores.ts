/** The answers of one backend, model and prompt, against the references: shares, means, and one score a field. Pure. */

import { mean, median, sampleCorrelation } from "simple-statistics";
import type { Enrichment } from "../core/enrichment.ts";
import { type Interval, pairedInterval } from "./bootstrap.ts";
import { type Compared, comparedFields, type Field, type Measure } from "./fields.ts";
import type { Pair } from "./pairs.ts";

/** What came of one pair. */
export interface Taken {
  /** Its place among the pairs. */
  readonly pair: number;
  /** Null where no reply was of use, also after it was sent back. */
  readonly enrichment: Enrichment | null;
  /** Nothing had to be sent back. */
  readonly atFirst: boolean;
  /** Names of the quality rules that the answer breaks all the same. */
  readonly marks: readonly string[];
  readonly durationMs: number;
  /** Null where the server does not say. */
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
}

export interface Candidate {
  readonly backend: string;
  readonly model: string;
  /** Its version; null for a backend that is told nothing. */
  readonly prompt: string | null;
  readonly taken: readonly Taken[];
}

export interface FieldScore {
  readonly measure: Measure;
  /** References that say something of it, and count. */
  readonly n: number;
  readonly value: number;
  /** Pearson's, of numbers: whether it goes the same way. Null where nothing varies. */
  readonly correlation?: number | null;
}

export interface Scores {
  readonly asked: number;
  readonly validFirstShare: number;
  readonly validShare: number;
  /** Of the answers that were taken, how many break a rule. */
  readonly marks: Readonly<Record<string, number>>;
  readonly fillerShare: number;
  readonly durationMs: { readonly mean: number; readonly p50: number };
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly fields: Readonly<Partial<Record<Field, FieldScore>>>;
}

export function scoresOf({ taken }: Candidate, pairs: readonly Pair[]): Scores | null {
  if (taken.length === 0) return null;
  const share = (is: (one: Taken) => boolean): number => taken.filter(is).length / taken.length;
  const durations = taken.map(({ durationMs }) => durationMs);
  const answers = taken.filter(({ enrichment }) => enrichment !== null);
  const marks: Record<string, number> = {};
  for (const mark of answers.flatMap((one) => one.marks)) marks[mark] = (marks[mark] ?? 0) + 1;
  const scored = comparedFields.flatMap((compared) => {
    const score = scoreOf(compared, taken, pairs);
    return score === null ? [] : [[compared.field, score] as const];
  });
  return {
    ...{ asked: taken.length, validShare: share(({ enrichment }) => enrichment !== null) },
    ...{ validFirstShare: share(({ atFirst }) => atFirst), marks },
    fillerShare: answers.length === 0 ? 0 : (marks["filler"] ?? 0) / answers.length,
    durationMs: { mean: mean(durations), p50: median(durations) },
    tokensIn: meanOf(taken.map(({ tokensIn }) => tokensIn)),
    tokensOut: meanOf(taken.map(({ tokensOut }) => tokensOut)),
    fields: Object.fromEntries(scored),
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}

function scoreOf(compared: Compared, taken: readonly Taken[], pairs: readonly Pair[]): FieldScore | null {
  const values = [...valuesOf(compared, taken, pairs).values()];
  if (values.length === 0) return null;
  const score = { measure: compared.measure, n: values.length, value: mean(values) };
  return compared.measure === "mean_difference"
    ? { ...score, correlation: correlationOf(compared.field, taken, pairs) }
    : score;
}

/** By the pair's place: one number for each reference that says something, also where there is no answer. */
function valuesOf(compared: Compared, taken: readonly Taken[], pairs: readonly Pair[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const { pair, enrichment } of taken) {
    const { reference } = pairOf(pairs, pair);
    if (reference[compared.field] === undefined) continue;
    const value = enrichment === null ? compared.withoutAnswer : compared.of(enrichment, reference);
    if (value !== null) values.set(pair, value);
  }
  return values;
}

function pairOf(pairs: readonly Pair[], place: number): Pair {
  const pair = pairs[place];
  if (pair === undefined) throw new Error(`there is no pair ${place} of ${pairs.length}`);
  return pair;
}

function correlationOf(field: Field, taken: readonly Taken[], pairs: readonly Pair[]): number | null {
  const points = taken.flatMap(({ pair, enrichment }) => {
    const [answer, wanted] = [enrichment?.[field], pairOf(pairs, pair).reference[field]];
    return typeof answer === "number" && typeof wanted === "number" ? [[answer, wanted] as const] : [];
  });
  if (points.length < 3) return null;
  const value = sampleCorrelation(
    points.map(([answer]) => answer),
    points.map(([, wanted]) => wanted),
  );
  return Number.isFinite(value) ? value : null;
}

export interface Difference extends Interval {
  readonly of: Field | "valid_first" | "filler" | "duration_ms";
  readonly n: number;
  readonly isBetter: boolean;
}

type Row = readonly [of: Difference["of"], isLess: boolean, values: (taken: readonly Taken[]) => Map<number, number>];

/** What `other` has over `base` on the pairs that both were asked about. */
export function differencesOf(base: Candidate, other: Candidate, pairs: readonly Pair[], seed: number): Difference[] {
  const each = (value: (one: Taken) => number) => (taken: readonly Taken[]) =>
    new Map(taken.map((one) => [one.pair, value(one)]));
  const rows: Row[] = [
    ["valid_first", false, each(({ atFirst }) => (atFirst ? 1 : 0))],
    ["filler", true, each(({ marks }) => (marks.includes("filler") ? 1 : 0))],
    ...comparedFields.map((compared): Row => {
      const isLess = compared.measure === "mean_difference";
      return [compared.field, isLess, (taken) => valuesOf(compared, taken, pairs)];
    }),
    ["duration_ms", true, each(({ durationMs }) => durationMs)],
  ];
  return rows.flatMap(([of, isLess, values]) => {
    const [before, after] = [values(base.taken), values(other.taken)];
    const both = [...after].flatMap(([pair, value]) => {
      const was = before.get(pair);
      return was === undefined ? [] : [value - was];
    });
    const interval = pairedInterval(both, seed);
    if (interval === null) return [];
    return [{ of, n: both.length, ...interval, isBetter: isLess ? interval.difference < 0 : interval.difference > 0 }];
  });
}
