/** The nearest valid name to a mistyped one. Pure. */

/** The candidate with the fewest edits, where that is few enough to be meant; null otherwise. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestEdits = Math.max(1, Math.floor(name.length / 2)) + 1;
  for (const candidate of candidates) {
    const edits = candidate.startsWith(name) && name.length > 1 ? 1 : distance(name, candidate);
    if (edits < bestEdits) [best, bestEdits] = [candidate, edits];
  }
  return best;
}

/** Edits between two names: a letter put in, left out, replaced, or two neighbours that changed places. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const twisted = swapped ? (before[j - 2] ?? 0) + 1 : replaced;
      next[j] = Math.min(replaced, twisted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
