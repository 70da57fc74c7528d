/** Cuts running text into sentences; it knows nothing of Markdown or of what a sentence is worth. Pure. */

/** After these a capital letter begins no sentence. */
const abbreviation = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|no|fig|mr|mrs|ms|dr|prof|st|\p{Lu})\.\s*$/iu;
const sentenceEnd = /[.!?…。！？؟।][)\]"'”’»」』`*]*$/u;

/** Far more than a summary may have; no pattern meets a sentence without end. */
const sentenceChars = 1_000;
const sentencesMax = 200;

export const isComplete = (sentence: string): boolean => sentenceEnd.test(sentence);

export function sentencesOf(text: string): readonly string[] {
  const flat = text.replace(/\s+/g, " ").trim();
  const sentences: string[] = [];
  let open = "";
  for (const { segment } of new Intl.Segmenter("en", { granularity: "sentence" }).segment(flat)) {
    open += segment;
    // Without a space after it, a mark is part of a word or of code: `!=`.
    const isInside = !/[\s。！？…]$/u.test(segment) || abbreviation.test(open.slice(-16));
    if (isInside && open.length < 2_000) continue;
    sentences.push(open.trim());
    open = "";
    if (sentences.length >= sentencesMax) break;
  }
  if (open.trim() !== "") sentences.push(open.trim());
  return sentences.map((sentence) => (sentence.length > sentenceChars ? shortened(sentence, sentenceChars) : sentence));
}

/** At most `max` code points, cut after a word, with a mark that something is missing. */
export function shortened(text: string, max: number): string {
  const points = [...text];
  if (points.length <= max) return text;
  const cut = points.slice(0, max - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${(space > cut.length * 0.6 ? cut.slice(0, space) : cut).replace(/[\s,;:–—-]+$/u, "")}…`;
}

/** With its end, so that it can stand alone; a lead-in's colon announces something that will not follow. */
export function closed(sentence: string): string {
  if (isComplete(sentence)) return sentence;
  const bare = sentence.replace(/[\s,;:–—-]+$/u, "");
  return bare === "" ? sentence : `${bare}.`;
}
