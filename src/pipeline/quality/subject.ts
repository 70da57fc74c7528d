/** The text that an answer is about, as the rules look at it: each part is worked out when the first rule asks. Pure. */

import { type Language, languageOf } from "./language.ts";
import { plainOf } from "./plain.ts";

export interface Subject {
  readonly text: string;
  /** What the question says beside the text: instructions, and an earlier complaint. */
  readonly instructions: string;
  /** Lower case, as far as the rules read. */
  readonly lower: string;
  /** Lower case to the end: the rules read head and tail of a very long text, and a name may stand between. */
  readonly whole: string;
  /** Words alone, one space between two. */
  readonly plain: string;
  readonly language: Language | null;
}

/** In UTF-16 units: more than a model is shown, and little enough that no text costs time without end. */
const readMax = 20_000;

export function subjectOf(text: string, instructions: string): Subject {
  const read = text.length > 2 * readMax ? `${text.slice(0, readMax)}\n${text.slice(-readMax)}` : text;
  let lower: string | null = null;
  let whole: string | null = null;
  let plain: string | null = null;
  let language: Language | null | undefined;
  return {
    text,
    instructions,
    get lower() {
      lower ??= read.toLowerCase();
      return lower;
    },
    get whole() {
      whole ??= text.toLowerCase();
      return whole;
    },
    get plain() {
      plain ??= plainOf(read);
      return plain;
    },
    get language() {
      if (language === undefined) language = languageOf(read);
      return language;
    },
  };
}
