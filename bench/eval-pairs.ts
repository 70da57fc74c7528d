/**
 * Pairs for `enrichd eval` out of what is installed here: texts that people wrote, with the summaries (and tags) that
 * people wrote of them. Commits of this repository, packages of npm and PyPI, pages and comments of documentation, of
 * each as many; the same seed gives the same pairs from the same installation.
 *
 *   bun bench/eval-pairs.ts [--max 200] [--seed 1] [--chars 1000] > pairs.jsonl
 */

import { parseArgs } from "node:util";
import { diceOf } from "../src/core/dice.ts";
import { type Written, writtenByPeople } from "../test/support/human-corpus.ts";

export interface PairLine {
  readonly text: string;
  readonly content_type: string;
  readonly reference: { readonly summary: string; readonly tags?: readonly string[] };
  readonly from: string;
}

export interface PairsWanted {
  readonly max: number;
  readonly seed: number;
  /** A text is cut at the end of a paragraph before it is longer. */
  readonly chars: number;
}

const textMin = 200;
const wordsMin = 4;
const wordsMax = 40;

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
const kindOf = ({ from }: Pick<Written, "from">): string => from.split(" ")[0] ?? "";

/** Round the kinds in turn, each in an order of its own. */
export function pairsByPeople({ max, seed, chars }: PairsWanted): PairLine[] {
  const kinds = new Map<string, PairLine[]>();
  for (const pair of writtenByPeople().flatMap((one) => pairOf(one, chars)))
    kinds.set(kindOf(pair), [...(kinds.get(kindOf(pair)) ?? []), pair]);
  const dice = diceOf(seed);
  const piles = [...kinds.values()].map((pairs) =>
    pairs
      .map((pair) => ({ pair, at: dice() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ pair }) => pair),
  );
  const longest = Math.max(...piles.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => piles.flatMap((pile) => pile.slice(i, i + 1)))
    .flat()
    .slice(0, max);
}

function pairOf({ from, text, summary, tags }: Written, chars: number): PairLine[] {
  const words = summary.split(" ").length;
  const shown = shownOf(text, summary, chars);
  if (words < wordsMin || words > wordsMax || shown.length < textMin) return [];
  const reference = { summary, ...(tags.length >= 2 ? { tags } : {}) };
  return [{ text: shown, content_type: "markdown", reference, from }];
}

/** Without pictures, and without the paragraph that is the summary itself: finding that again is no art. */
function shownOf(text: string, summary: string, chars: number): string {
  const said = plain(summary);
  const paragraphs = text
    .replaceAll(/<!--[\s\S]*?-->|!\[[^\]]*\]\([^)]*\)|<[^>\n]+>|^\[[^\]]*\]: .*$|\[\]\([^)]*\)/gm, "")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => plain(paragraph).length > 0 && !plain(paragraph).includes(said));
  let shown = "";
  for (const paragraph of paragraphs) {
    const longer = shown === "" ? paragraph : `${shown}\n\n${paragraph}`;
    if (longer.length > chars) break;
    shown = longer;
  }
  return shown;
}

if (import.meta.main) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { max: text, seed: text, chars: text } });
  const wanted = {
    max: Number(values.max ?? 200),
    seed: Number(values.seed ?? 1),
    chars: Number(values.chars ?? 1_000),
  };
  process.stdout.write(
    pairsByPeople(wanted)
      .map((pair) => `${JSON.stringify(pair)}\n`)
      .join(""),
  );
}
