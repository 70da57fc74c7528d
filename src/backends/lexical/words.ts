/** Words of a text: where they stand, which of them say nothing, and one form for their inflections. Pure. */

import { stemmer } from "stemmer";
import { ara, deu, eng, fra, heb, ita, jpn, kor, nld, por, rus, spa, zho } from "stopword";

export interface Word {
  /** As it was written. */
  readonly text: string;
  /** Lower case, without a possessive. */
  readonly plain: string;
  /** The same for all inflections. */
  readonly stem: string;
  readonly isStop: boolean;
  /** Nothing but a space or a hyphen stands between it and the word before. */
  readonly follows: boolean;
}

const wordPattern = /[\p{L}\p{N}][\p{L}\p{N}\p{M}_$'’]*(?:[.+#-](?=[\p{L}\p{N}])[\p{L}\p{N}\p{M}_'’]+)*[+#]{0,2}/gu;
/** Scripts that put no space between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const lettersMax = 40;

/** Beside the library's list, which is short: contractions, adverbs and verbs that are in every text. */
const weakEnglish =
  "its not no nor than too very why when our ours hers herself myself ourselves themselves were did had having would could " +
  "ain't aren't can't cannot couldn't didn't doesn't don't hadn't hasn't haven't he's here's i'd i'll i'm i've isn't it'd " +
  "it'll it's let's shouldn't that's there's they're wasn't we'd we'll we're we've weren't what's won't wouldn't you'd " +
  "you'll you're you've able above according across actually again against ago almost alone along already although " +
  "always among anyone anything anyway apart around away back basically became become becomes below beside besides best " +
  "better beyond bit both called calling certain change changed check clear come comes common completely contain " +
  "contains course currently day default defined depending described details different directly does doing don done " +
  "down due during easily easy either else end enough entirely especially etc even ever every everyone everything " +
  "exactly example examples except fact far feel few file final finally find first following follows found full fully " +
  "further general generally getting give given gives giving go goes going gone good great half happen happens hence " +
  "however including instead itself just keep keeps kind know known large largely last later least left less let like " +
  "likely little long look looking looks lot made mainly maybe make makes making mean means meant merely more moreover mostly " +
  "name near nearly need needed needs neither new next nice nor note nothing number often ok okay old once one ones " +
  "onto open others otherwise own part particular per perhaps please point possible possibly previous probably provide " +
  "provided provides put quite rather re really recent related required right run running runs say says second see seem " +
  "seems seen several shall she short show shown shows similar simply six so-called something sometimes soon sort " +
  "specific specified start still stuff suppose sure take takes tell thank thanks theirs themselves thereby therefore " +
  "thing things think third though three thus till time times together told took toward tried tries try trying two " +
  "unless unlike until up upon us usage use used useful user uses using usually various via want wanted wants went " +
  "whatever when whenever whether whole whom whose why will within without work works working yes yet yours yourself " +
  "zero";

const spaced = { deu, fra, ita, nld, por, spa };
type Language = keyof typeof spaced;

let tables: { readonly own: ReadonlySet<string>; readonly others: ReadonlyMap<Language, ReadonlySet<string>> } | null =
  null;

/** Made when the first text comes, so that a start without this backend pays nothing. */
function stopTables() {
  tables ??= {
    own: new Set([...eng, ...weakEnglish.split(" "), ...[ara, heb, jpn, kor, rus, zho].flat()]),
    others: new Map(Object.entries(spaced).map(([language, words]) => [language as Language, new Set(words)])),
  };
  return tables;
}

/** The list of another language counts only where that language is written: "die" and "most" are English words too. */
export function stopWordsOf(text: string): ReadonlySet<string> {
  const { own, others } = stopTables();
  const sample = (
    text
      .slice(0, 4_000)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  ).slice(0, 400);
  const english = sample.filter((word) => eng.includes(word)).length;
  let best = own;
  let most = Math.max(english * 1.2, sample.length * 0.15);
  for (const words of others.values()) {
    const hits = sample.filter((word) => words.has(word)).length;
    if (hits <= most) continue;
    most = hits;
    best = new Set([...words, ...own]);
  }
  return best;
}

export function wordsOf(text: string, stopWords: ReadonlySet<string>): readonly Word[] {
  const words: Word[] = [];
  let end = -1;
  for (const match of text.matchAll(wordPattern)) {
    const gap = text.slice(end, match.index);
    const follows = end >= 0 && /^[ \t-]?$/.test(gap);
    end = match.index + match[0].length;
    if (unspaced.test(match[0])) words.push(...unspacedWords(match[0], stopWords));
    else if (match[0].length <= lettersMax) words.push(wordOf(match[0], follows, stopWords));
  }
  return words;
}

let segmenter: Intl.Segmenter | null = null;

function unspacedWords(run: string, stopWords: ReadonlySet<string>): Word[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
  return [...segmenter.segment(run)].map(({ segment }) => {
    const word = wordOf(segment, false, stopWords);
    return { ...word, isStop: word.isStop || [...segment].length < 2 };
  });
}

function wordOf(text: string, follows: boolean, stopWords: ReadonlySet<string>): Word {
  const plain = text.toLowerCase().replaceAll("’", "'").replace(/'s?$/, "");
  const isStop = stopWords.has(plain) || !/\p{L}/u.test(plain) || (plain.length === 1 && plain !== "c");
  return { text, plain, stem: /^[a-z]{3,}$/.test(plain) ? stemmer(plain) : plain, isStop, follows };
}
