/** TextRank: a sentence is worth as much as the sentences it shares words with. It knows no position and no form. Pure. */

const damping = 0.85;
const rounds = 24;

/** One score for each set of words; their mean is 1. Quadratic in the number of sets, which callers bound. */
export function centrality(sets: readonly ReadonlySet<string>[]): readonly number[] {
  const edges = sets.map((a, i) =>
    sets.flatMap((b, j) => {
      const weight = i === j ? 0 : likeness(a, b);
      return weight === 0 ? [] : [{ to: j, weight }];
    }),
  );
  const sums = edges.map((from) => from.reduce((sum, { weight }) => sum + weight, 0));
  let scores = sets.map(() => 1);
  for (let round = 0; round < rounds; round++) {
    const next = sets.map(() => 1 - damping);
    for (const [i, from] of edges.entries()) {
      const share = (damping * (scores[i] ?? 0)) / (sums[i] || 1);
      for (const { to, weight } of from) next[to] = (next[to] ?? 0) + share * weight;
    }
    scores = next;
  }
  return scores;
}

/** Shared words against the logarithm of both lengths, which keeps long sentences from winning by length alone. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const word of small) if (large.has(word)) shared++;
  return shared === 0 ? 0 : shared / (1 + Math.log(a.size) + Math.log(b.size));
}
