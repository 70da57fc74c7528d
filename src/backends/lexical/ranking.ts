/** Puts the sentences of running text in order of worth: how central, how early, of what form, under which heading. Pure. */

import type { Passage } from "./markdown.ts";
import { centrality } from "./rank.ts";
import type { Reading } from "./reading.ts";
import { isComplete, sentencesOf } from "./sentences.ts";
import { wordsOf } from "./words.ts";

export interface Sentence {
  readonly text: string;
  /** Its place among all sentences of the text. */
  readonly index: number;
  readonly passage: Passage;
  /** Its place within its passage. */
  readonly within: number;
  readonly terms: ReadonlySet<string>;
  /** It says something only after the sentence before it. */
  readonly leans: boolean;
  /** The first of the text that is neither a notice nor an order: what a text opens with says what it is. */
  readonly leads: boolean;
  readonly score: number;
}

type Unscored = Omit<Sentence, "score">;

const sentencesMax = 90;
const asides =
  /\b(?:install|licen[sc]e|contribut|sponsor|credit|acknowledg|changelog|release notes|contents|faq|author|maintainer|community|support|backers|code of conduct|donat|thanks|related|resources|see also|prerequisites|requirements|feedback|contact|trademark)/i;
/** A line to type, not to read. */
const typed = /^(?:[$>%] ?)?(?:npm|npx|bunx?|yarn|pnpm|pip3?|cargo|brew|git|sudo|curl|docker|apt(?:-get)?) [a-z-]/;
/** A row of links. */
const row = /(?:^|\S) [|•·] .{1,200} [|•·] /;
const subjects =
  /^(?:what (?:it )?is\b.*|overview|introduction|about|summary|description|abstract|tl;?dr|purpose|goals?)$/i;
const leaning =
  /^(?:this(?! (?:package|project|library|module|document|page|repository|repo|guide|tool|file|issue|plugin|crate|readme|section|chapter|article|plan|change|release|is an?)\b)|at this point|that|these|those|it|its|they|their|he|she|his|her|such|here|there|but|and|or|so|also|however|therefore|thus|hence|then|instead|otherwise|moreover|furthermore|additionally|in addition|as such|for (?:this|that)|because of this|likewise|similarly|yet|still|once|both|another|others?|the (?:former|latter|above|following|same|first|second)|for example|for instance|e\.g|i\.e|which|where|even|alternatively|similar)\b/i;
const orders =
  /^(?:please |now,? |then,? |first,? |just |simply |to (?:install|get started|use|run|learn|contribute|build)\b)?(?:run|install|see|click|note|check out|check|read|learn|join|follow|visit|download|clone|open|add|use|try|make sure|copy|paste|go to|look|refer|star|sponsor|support us|thank|want to|need help|want|have a look|ensure|create|set|type|enter|update|replace|remember|contact|take a look|have questions|if you)\b/i;
const notices =
  /\b(?:copyright|all rights reserved|MIT licen[sc]e|licensed under|sponsored by|logo|badge|npm version|build status|table of contents|pull requests? (?:are|is)? ?welcome|(?:not|no longer) (?:maintained|supported))\b|©|\bopen an issue\b|\bsee the \w+ (?:for|section|page|docs)/i;
const defines =
  /^(?:the |an? )?(?:[\p{L}\p{N}@_./+#`'-]+ ){1,5}(?:is|are|provides|implements|offers|lets|allows|enables|helps|contains|defines|describes|means) /iu;
const address = /https?:\/\/|www\.|\w@[\w-]{1,60}\.\w/;
const spokenTypes = /message|chat|whatsapp|telegram|user|assistant/;

/** Best first. */
export function rankedSentences(reading: Reading): readonly Sentence[] {
  const found = sentencesIn(reading);
  const central = centrality(found.map(({ terms }) => terms));
  const title = new Set(wordsOf(reading.title, reading.stopWords).map(({ stem }) => stem));
  const spoken = reading.passages.length < 3 || spokenTypes.test(reading.contentType);
  return found
    .map((sentence, index) => {
      const factors = [...place(sentence), ...form(sentence, spoken, title)];
      const worth = factors.reduce((product, [applies, factor]) => (applies ? product * factor : product), 1);
      const early = sentence.leads ? 5 : 0.6 + 2.4 / (1 + index * 0.55);
      return { ...sentence, score: (central[index] ?? 0) * worth * early };
    })
    .sort((a, b) => b.score - a.score || a.index - b.index);
}

function sentencesIn(reading: Reading): readonly Unscored[] {
  const found: Unscored[] = [];
  let ledBy: Passage | null = null;
  for (const passage of reading.passages) {
    for (const [within, text] of sentencesOf(passage.text).entries()) {
      if (found.length >= sentencesMax) return found;
      if (/^(?:https?:\/\/|www\.)\S+$/.test(text)) continue;
      const words = wordsOf(text, reading.stopWords);
      const terms = new Set(words.filter(({ isStop }) => !isStop).map(({ stem }) => stem));
      const leans = leaning.test(text) && within + found.length > 0;
      const leads =
        ledBy === null &&
        passage.kind === "paragraph" &&
        passage.depth <= 1 &&
        within === 0 &&
        terms.size >= 3 &&
        canLead(text);
      if (leads) ledBy = passage;
      found.push({ text, index: found.length, passage, within, terms, leans, leads });
    }
  }
  return found;
}

const canLead = (text: string): boolean =>
  !notices.test(text) &&
  !typed.test(text) &&
  !row.test(text) &&
  !address.test(text) &&
  !/[:?]$/.test(text) &&
  !/\p{Extended_Pictographic}.*\p{Extended_Pictographic}/u.test(text);

type Factor = readonly [applies: boolean, factor: number];

/** Factors, so that one strong reason against a sentence is enough. */
function place({ passage, within, leads }: Unscored): readonly Factor[] {
  return [
    [passage.depth <= 1, 1.5],
    [subjects.test(passage.section), 2.4],
    [asides.test(passage.section) && !leads, 0.15],
    [passage.kind === "item", 0.2],
    [within > 0, 0.85],
  ];
}

function form({ text, terms, leans, leads }: Unscored, spoken: boolean, title: ReadonlySet<string>): readonly Factor[] {
  const letters = [...text].length * (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text) ? 3 : 1);
  const symbols = (text.match(/[^\p{L}\p{N}\p{M}\s.,;:'"’“”()/–—-]/gu) ?? []).length;
  const fragment = /^["'“([<]|^\p{Ll}/u.test(text) && !/^[\w@/.-]+ (?:is|are|provides|lets)/.test(text);
  return [
    [letters < 40 && !leads, 0.35],
    [terms.size < 3 && letters < 60, 0.4],
    [letters > 320, 0.5],
    [!isComplete(text) && !leads, /[:,;–—-]$/.test(text) ? 0.12 : 0.5],
    [leans, 0.6],
    [orders.test(text) && !leads, spoken ? 0.9 : 0.2],
    [notices.test(text), 0.1],
    [address.test(text), 0.4],
    [row.test(text), 0.05],
    [typed.test(text) && !isComplete(text), 0.05],
    [/\p{Extended_Pictographic}/u.test(text), 0.3],
    [!spoken && /\?["')]?$/.test(text), 0.3],
    [symbols > text.length * 0.06, 0.3],
    [fragment && !spoken, 0.75],
    [defines.test(text) && !leans, 1.5],
    [[...terms].some((term) => title.has(term)), 1.2],
  ];
}
