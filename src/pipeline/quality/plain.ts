/** A text as its words alone, for comparisons that case, markup, punctuation and line breaks must not change. Pure. */

const betweenWords = /[^\p{L}\p{M}\p{N}]+/gu;
/** Most text is ASCII, where it costs a fifth. */
const ascii = /^[\0-\x7f]*$/;
const betweenAsciiWords = /[^a-z0-9]+/g;

/** Lower case words with one space between two; scripts without spaces stay in one piece. */
export function plainOf(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().replace(betweenAsciiWords, " ").trim();
  return text.normalize("NFKC").toLowerCase().replace(betweenWords, " ").trim();
}
