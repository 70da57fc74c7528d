/**
 * The rules of the quality gate, as data: what is looked at, what is said to the model when its answer is sent back, and
 * what becomes of an answer that is no better the second time.
 *
 * Only what is false fails by itself: a summary of our instructions is none of the text, and would be found by searches
 * for other things. What is merely weak (filler around the substance, tags of little use, another language) still leads
 * to the text, and is kept with a mark. `strict` is for who would rather have no description than a weak one.
 */

import { copiedInstructions, copiedText } from "./copied.ts";
import { fillerIn } from "./filler.ts";
import { constantImportance } from "./importance.ts";
import { languageOf, seemsIn } from "./language.ts";
import type { Rule } from "./rule.ts";
import { occursIn } from "./symbols.ts";
import { genericTags, unrelatedTags } from "./tags.ts";

/** What is left of a list whose entries are quoted to the model. */
const quoted = (found: string): string => `"${found}"`;

/** In the order in which they are told: the first fault of an answer is the one that the model is asked to mend. */
export const rules: readonly Rule[] = [
  {
    ...{ name: "instructions_copied", policy: "fail", strict: "fail" },
    check: ({ summary }, subject) => copiedInstructions(summary, subject),
    words: (found) => `"summary" repeats the instructions (${quoted(found)}); say what stands in the chunk`,
  },
  {
    ...{ name: "text_copied", policy: "mark", strict: "fail" },
    check: ({ summary }, subject) => copiedText(summary, subject),
    words: (found) =>
      `"summary" only repeats the start of the chunk (${quoted(found)}); sum up all of it in other words`,
  },
  {
    ...{ name: "filler", policy: "mark", strict: "fail" },
    check: ({ summary }) => fillerIn(summary),
    words: (found) => `"summary" begins with ${quoted(found)}; begin with the substance itself`,
  },
  {
    ...{ name: "wrong_language", policy: "mark", strict: "fail" },
    check: ({ summary }, subject) => {
      const written = languageOf(summary);
      // Most are in the language of the text, which a glance at it shows.
      const expected = written === null || seemsIn(subject.text, written) ? null : subject.language;
      return expected === null || expected === written ? null : `${written}, not ${expected}`;
    },
    words: (found) => `"summary" must be in the language of the chunk (${found})`,
  },
  {
    ...{ name: "tags_generic", policy: "mark", strict: "fail" },
    check: ({ tags }) => genericTags(tags),
    words: (found) => `"tags" are true of any text (${found}); name what this chunk is about`,
  },
  {
    ...{ name: "tags_unrelated", policy: "mark", strict: "fail" },
    check: ({ tags }, subject) => unrelatedTags(tags, subject),
    words: (found) => `"tags" have nothing to do with the chunk (${found})`,
  },
  {
    ...{ name: "symbols_invented", policy: "mark", strict: "fail" },
    check: ({ primary_symbols: symbols }, subject) =>
      symbols.length === 0 || symbols.some((symbol) => occursIn(symbol, subject))
        ? null
        : symbols.slice(0, 4).join(", "),
    words: (found) => `"primary_symbols" do not occur in the chunk (${found}); copy names from it, or give []`,
  },
  {
    // It is a fault of the model, not of this answer: no answer is ever given up for it.
    ...{ name: "importance_constant", policy: "mark", strict: "mark" },
    check: ({ importance }, _, history) => constantImportance(importance, history),
    words: (found) => `"importance" is ${found} for everything; use the whole scale from 1 to 10`,
  },
];
