/** What each rule of the quality gate did to one chunk's replies, for the statistics. Pure. */

import type { RuleCounts, Tally } from "../../store/quality.ts";
import type { Asked } from "../ask.ts";

/**
 * A rule's fault is sent back, and then mended, taken with a mark, or the end of the answer: `sentBack` is the sum of
 * those three, but for marks that came without, or of the second reply.
 */
export function tallyOf({ outcome, tried }: Pick<Asked, "outcome" | "tried">): Tally {
  const tally = new Map<string, RuleCounts>();
  const add = (rule: string, what: keyof RuleCounts): void => {
    const counts = tally.get(rule) ?? { sentBack: 0, mended: 0, marked: 0, failed: 0 };
    tally.set(rule, { ...counts, [what]: counts[what] + 1 });
  };
  const [first, second] = tried;
  const sentBack = second === undefined ? [] : (first?.faults ?? []);
  const left = outcome.ok ? outcome.value.marks : failedFor(tried, sentBack);
  for (const rule of sentBack) {
    add(rule, "sentBack");
    if (!left.includes(rule)) add(rule, "mended");
  }
  for (const rule of left) add(rule, outcome.ok ? "marked" : "failed");
  return tally;
}

/** What the last reply breaks; where that one could not even be read, what the one before was sent back for. */
function failedFor(tried: Asked["tried"], sentBack: readonly string[]): readonly string[] {
  const last = tried.at(-1)?.faults ?? [];
  return last.length > 0 ? last : sentBack;
}
