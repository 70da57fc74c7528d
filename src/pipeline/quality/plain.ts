/** A text as its words alone, for comparisons that case, markup, punctuation and line breaks must not change. Pure. */

const betweenWords = /[^\p{L}\p{M}\p{N}]+/gu;

/** Lower case words with one space between two; scripts without spaces stay in one piece. */
export const plainOf = (text: string): string => text.normalize("NFKC").toLowerCase().replace(betweenWords, " ").trim();
