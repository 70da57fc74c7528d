/** How near an answer is to a reference: one number for each pair of values. Pure. */

import { nameKey, tagKey, wordsOf } from "./words.ts";

/** The harmonic mean of precision and recall; 0 where nothing is shared. */
function f1(shared: number, given: number, wanted: number): number {
  return shared === 0 ? 0 : (2 * shared) / (given + wanted);
}

/**
 * ROUGE-L (Lin 2004): F1 of the longest common subsequence of words, stemmed as the ROUGE scripts do with -m. Both texts
 * are taken as one sentence.
 */
export function rougeL(answer: string, reference: string): number {
  const [given, wanted] = [wordsOf(answer), wordsOf(reference)];
  return f1(longestCommon(given, wanted), given.length, wanted.length);
}

/** Row by row, so that a long reference costs time but no memory. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above = new Uint32Array(b.length + 1);
  for (const one of a) {
    const row = new Uint32Array(b.length + 1);
    for (const [j, other] of b.entries())
      row[j + 1] = one === other ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0);
    above = row;
  }
  return above[b.length] ?? 0;
}

/** F1 of two sets; two empty ones are the same. */
function setF1(answer: readonly string[], reference: readonly string[], keyOf: (entry: string) => string): number {
  const keys = (entries: readonly string[]) => new Set(entries.map(keyOf).filter((key) => key !== ""));
  const [given, wanted] = [keys(answer), keys(reference)];
  if (given.size === 0 && wanted.size === 0) return 1;
  return f1([...given].filter((key) => wanted.has(key)).length, given.size, wanted.size);
}

export const tagsF1 = (answer: readonly string[], reference: readonly string[]): number =>
  setF1(answer, reference, tagKey);

export const namesF1 = (answer: readonly string[], reference: readonly string[]): number =>
  setF1(answer, reference, nameKey);

/** Of sentences, no two are equal: they are compared by all their words together, each once. */
export const sentencesF1 = (answer: readonly string[], reference: readonly string[]): number =>
  setF1(answer.flatMap(wordsOf), reference.flatMap(wordsOf), String);

/** Null says that there is none, and a placeholder is none too. */
export const sameText = (answer: string | null, reference: string | null): number =>
  nameKey(answer ?? "") === nameKey(reference ?? "") ? 1 : 0;

export const apart = (answer: number, reference: number): number => Math.abs(answer - reference);
