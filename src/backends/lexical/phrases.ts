/** Key phrases of a text, as tags: words that stand together between stop words, by how often and how prominently. Pure. */

import type { Reading } from "./reading.ts";
import { type Word, wordsOf } from "./words.ts";

interface Candidate {
  readonly stems: readonly string[];
  readonly forms: Map<string, number>;
  count: number;
  weight: number;
}

const phraseWordsMax = 3;
const junk =
  /^(?:https?|www|com|org|io|net|html?|png|svg|jpe?g|gif|img|src|href|url|utm|amp|nbsp|quot|lt|gt|true|false|null|undefined|foo|bar|baz|lorem|ipsum|todo|px|em|id|ids|var|const|let|int|str|ok|etc|eg|ie|vs|readme|md|width|height|align|shields|badge|license)$/;
const shortTags = new Set(["ai", "ci", "db", "ui", "ux", "os", "qa", "js", "ts", "go", "ml", "tv", "c"]);
/** Verbs and qualities, by their endings or by name: they tag nothing when they stand alone. */
const aloneSaysNothing =
  /(?:ly|ible|ful|less|ous|ive|'\w+)$|^(?:add|adds|added|adding|allow|allows|allowed|ask|asks|asked|avoid|begin|bring|build|built|check|checks|choose|close|closed|consider|copy|count|create|creates|created|decide|decided|decides|define|describe|does|enable|end|ends|ensure|expect|fail|fails|failed|feel|fix|fixed|follow|forget|help|hold|holds|include|includes|install|installed|instead|join|kept|leave|leaves|long|lose|loses|lost|match|mind|move|moved|named|nice|open|opens|pass|passed|people|pick|place|problem|question|quick|raise|raised|read|reads|ready|remove|removed|require|result|return|returns|returned|same|send|sent|set|sets|simple|single|small|start|stay|stop|stops|support|supports|supported|tell|text|turn|type|understand|user|value|values|wait|wait|way|went|word|words|write|writes|written|wrong|year|yesterday|today|tomorrow|day|days|week|month|minute|minutes|second|seconds|hour|hours|line|lines|version|number|numbers|thing|case|cases|bit|part|parts|sure|idea|hello|hi|hey|everyone|available|free|true|false|main|current|important|modern|fast|large|big|high|low|short|first|last|top|full|real|must|may|good|bad|issue|issues|result|results|order|list|item|items|set|way|ways|kind|kinds|side|left|right|great|able|late|early|soon|hard)$/;

/** As tags: lower case, hyphens between words, the best first. */
export function phrasesOf(reading: Reading, max: number): readonly string[] {
  const candidates = new Map<string, Candidate>();
  const first = reading.passages[0]?.text ?? "";
  collect(candidates, reading, reading.title, 3);
  for (const heading of reading.headings.slice(0, 60)) collect(candidates, reading, heading, 1.2);
  for (const { text, kind } of reading.passages)
    collect(candidates, reading, text, text === first ? 1.8 : kind === "item" ? 0.8 : 1);
  const ranked = [...candidates.values()]
    .filter(isTag)
    .map((candidate) => ({ candidate, score: scoreOf(candidate, candidates) }))
    .sort((a, b) => b.score - a.score || (formOf(a.candidate) < formOf(b.candidate) ? -1 : 1));
  const taken: Candidate[] = [];
  for (const { candidate, score } of ranked) {
    if (taken.length >= max || score < (ranked[0]?.score ?? 0) * 0.15) break;
    if (!taken.some((other) => covers(other, candidate))) taken.push(candidate);
  }
  return [...new Set(taken.map((candidate) => tagOf(formOf(candidate))))];
}

export const tagOf = (phrase: string): string =>
  phrase
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/'s\b/g, "")
    .replace(/[\s_/]+/g, "-")
    .replace(/[^\p{L}\p{N}\p{M}.+#-]/gu, "")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 60);

function collect(candidates: Map<string, Candidate>, reading: Reading, text: string, weight: number): void {
  let run: Word[] = [];
  for (const word of wordsOf(text.replace(/\bhttps?:\/\/\S+|\bwww\.\S+/g, " . "), reading.stopWords)) {
    const ends = word.isStop || junk.test(word.plain);
    if ((ends || !word.follows) && run.length > 0) {
      record(candidates, run, weight);
      run = [];
    }
    if (!ends) run.push(word);
  }
  record(candidates, run, weight);
}

/** A run gives its single words and each pair and triple in it, which count only when they come again. */
function record(candidates: Map<string, Candidate>, run: readonly Word[], weight: number): void {
  for (let length = 1; length <= Math.min(phraseWordsMax, run.length); length++) {
    for (let from = 0; from + length <= Math.min(run.length, 12); from++) {
      const words = run.slice(from, from + length);
      const key = words.map(({ stem }) => stem).join(" ");
      const form = words.map(({ text }) => text).join(" ");
      const known = candidates.get(key) ?? {
        stems: words.map(({ stem }) => stem),
        forms: new Map(),
        count: 0,
        weight: 0,
      };
      known.count += 1;
      known.weight += length === run.length || length === 1 ? weight : weight * 0.6;
      known.forms.set(form, (known.forms.get(form) ?? 0) + 1);
      if (candidates.size < 20_000) candidates.set(key, known);
    }
  }
}

function isTag(candidate: Candidate): boolean {
  const form = formOf(candidate);
  const plain = form.toLowerCase();
  const words = plain.split(" ");
  const letters = [...plain].length;
  if (
    letters > 40 ||
    /^\w\.|\.\w$/.test(plain) ||
    !/^[\p{L}\p{N}@]/u.test(form) ||
    /\p{N}.*\p{L}.*\p{N}.*\p{L}|^[\da-f]{6,}$/u.test(plain)
  )
    return false;
  if (letters < 3 && !shortTags.has(plain) && /^[\p{sc=Latin}\p{N}]+$/u.test(plain)) return false;
  if (words.length === 1) return !aloneSaysNothing.test(plain) && !/^v?\d/.test(plain);
  if (words.some((word) => /^v?\d[\d.]*$/.test(word)) && words.length > 2) return false;
  const last = words.at(-1) ?? "";
  const [start = ""] = words;
  const verb =
    /^(?:add|adds|ask|asks|build|builds|check|checks|create|creates|does|fail|fails|get|gets|hold|holds|include|includes|install|installs|keep|let|leave|needs?|open|opens|read|reads|return|returns|see|send|set|sets|start|starts|stop|stops|support|supports|takes?|tell|tells|write|writes|written|must|may|contribut\w*|learn|visit|click|improve|explore|discover|same|first|last)$/;
  return !verb.test(start) && !verb.test(last) && !/(?:ly|ed)$/.test(last) && !/ly$/.test(start);
}

/** Capitals and signs of code within a sentence are names; names and phrases say more than single words. */
function scoreOf(candidate: Candidate, all: ReadonlyMap<string, Candidate>): number {
  const form = formOf(candidate);
  const { length } = candidate.stems;
  if (length > 1) {
    const parts = candidate.stems.map((stem) => all.get(stem)?.count ?? 1);
    const bound = candidate.count / Math.min(...parts);
    const once = candidate.count === 1 ? 0.42 : 1;
    return candidate.weight * once * (1 + 0.45 * (length - 1)) * (0.5 + bound);
  }
  const isName = /^\p{Lu}.*[\p{Lu}\d]|\p{Ll}\p{Lu}|[.+#]\p{L}|^[\p{Lu}][\p{Ll}]+$/u.test(form);
  return candidate.weight * (isName ? 1.35 : 1) * (candidate.count === 1 ? 0.6 : 1);
}

const covers = (taken: Candidate, other: Candidate): boolean => {
  const [long, short] = taken.stems.length >= other.stems.length ? [taken, other] : [other, taken];
  if (!` ${long.stems.join(" ")} `.includes(` ${short.stems.join(" ")} `)) {
    return (
      taken.stems.length > 1 &&
      other.stems.length > 1 &&
      other.stems.filter((stem) => taken.stems.includes(stem)).length > 1
    );
  }
  return short.count <= long.count * 2 || other.stems.length > taken.stems.length;
};

/** The form written most often; a small one rather than a capital at a sentence's start. */
function formOf({ forms }: Candidate): string {
  let best = "";
  let most = 0;
  for (const [form, count] of forms) {
    const better = count > most || (count === most && form.toLowerCase() === form && best.toLowerCase() !== best);
    if (!better) continue;
    best = form;
    most = count;
  }
  return best;
}
