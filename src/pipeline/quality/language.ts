/** Which language a text is written in, where it is long enough to be sure; code has none. Pure. */

import { ces, dan, deu, eng, fin, fra, hun, ita, nld, nob, pol, por, ron, spa, swe, tur } from "stopword";

/** Of Latin script by name; of other scripts the script, which is as much as can be told cheaply. */
export type Language = string;

const scripts: readonly (readonly [name: Language, pattern: RegExp])[] = [
  ["Latin", /\p{sc=Latin}/gu],
  ["Cyrillic", /\p{sc=Cyrillic}/gu],
  ["Japanese", /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ["Chinese", /\p{sc=Han}/gu],
  ["Korean", /\p{sc=Hangul}/gu],
  ["Arabic", /\p{sc=Arabic}/gu],
  ["Hebrew", /\p{sc=Hebrew}/gu],
  ["Greek", /\p{sc=Greek}/gu],
  ["Thai", /\p{sc=Thai}/gu],
  ["Devanagari", /\p{sc=Devanagari}/gu],
];

/** Beside the library's lists, which are short for some. */
const moreSpanish =
  "ahora algo algunas algunos ante antes cada como contra cual cuando debe desde donde durante ella ellas ellos entre era " +
  "eran esa ese eso esta estaba estar estas este esto estos está están fue fueron había hace hacer hacia hasta hay les más " +
  "menos mientras mucho muchos muy nada ni nos nosotros nuestra nuestro otra otras otro otros para pero poco porque puede " +
  "pueden pues qué quien quienes sea según ser será si sido siempre sin sobre solo son su sus sí sólo también tan tanto " +
  "tenía tiene tienen toda todas todo todos tras una uno unos usted ya yo él";
const morePortuguese =
  "agora ainda além antes após até cada como contra depois desde deve durante elas eles essa esse esta este estão foi " +
  "foram isso isto já lhe mais mas mesmo muito na nas nem no nos não num numa onde ou outra outro para pela pelas pelo " +
  "pelos pode podem porque quando quem se sem ser será seu sua são só também tem todas todos uma você às à é";

/** Those that cannot be told apart by their small words share a name. */
const lists: readonly (readonly [name: Language, words: readonly string[]])[] = [
  ...([
    ["English", eng],
    ["German", deu],
    ["French", fra],
    ["Spanish", [...spa, ...moreSpanish.split(" ")]],
    ["Portuguese", [...por, ...morePortuguese.split(" ")]],
  ] as const),
  ...([
    ["Italian", ita],
    ["Dutch", nld],
    ["Polish", pol],
    ["Czech", ces],
    ["Romanian", ron],
  ] as const),
  ...([
    ["Hungarian", hun],
    ["Turkish", tur],
    ["Finnish", fin],
  ] as const),
  ["Scandinavian", [...new Set([...swe, ...dan, ...nob])]],
];

/** In UTF-16 units: the start of the prose tells. And how far it is looked for, line by line. */
const sampleMax = 400;
const glanceMax = 160;
const readMax = 4_000;
const lineMax = 1_000;
/** A script that has this share of the letters is the text's; between that and its opposite nothing is sure. */
const scriptShare = 0.8;
/** A sign of such a script says as much as a word of another. */
const lettersMin: Readonly<Record<string, number>> = { Japanese: 8, Chinese: 8, Korean: 10 };
const wordsMin = 8;
/** Small words that only one language has, as a sum and as a share of all words; and how far ahead of the next. */
const votesMin = 2.5;
const votesShare = 0.12;
const ahead = 2;
/** How many different words say so. */
const votersMin = 3;

interface Vote {
  readonly lists: readonly number[];
  readonly weight: number;
}
let votes: ReadonlyMap<string, Vote> | null = null;

export function languageOf(text: string): Language | null {
  const sample = sampleOf(text, sampleMax);
  const script = isLatin(sample) ? "Latin" : scriptOf(sample.join(" "));
  return script === "Latin" ? latinOf(sample) : script;
}

/** Whether the first words of a text speak for a language and none speaks more for another: a look, not a proof. */
export function seemsIn(text: string, language: Language): boolean {
  const sample = sampleOf(text, glanceMax);
  if (!isLatin(sample)) return false;
  const { sums, best } = votesOf(wordsIn(sample));
  return best >= 1 && lists[sums.indexOf(best)]?.[0] === language;
}

/** Nearly all text is, and needs no look at other scripts. */
const isLatin = (sample: readonly string[]): boolean => sample.every((word) => !/[^\0-\u024f\u2000-\u206f]/.test(word));

function scriptOf(prose: string): Language | null {
  const counts = new Map(scripts.map(([name, pattern]) => [name, prose.match(pattern)?.length ?? 0]));
  // Japanese is written with Chinese signs between its own.
  const [kana = 0, han = 0] = [counts.get("Japanese"), counts.get("Chinese")];
  if (kana > han / 10) counts.set("Japanese", kana + han).set("Chinese", 0);
  const letters = [...counts.values()].reduce((sum, n) => sum + n, 0);
  for (const [name, n] of counts) if (n >= (lettersMin[name] ?? 20) && n >= letters * scriptShare) return name;
  return null;
}

function latinOf(sample: readonly string[]): Language | null {
  const words = wordsIn(sample);
  const { sums, best, said } = votesOf(words);
  const winner = sums.indexOf(best);
  const second = Math.max(...sums.toSpliced(winner, 1));
  if (words.length < wordsMin || best < votesMin || best < words.length * votesShare || best < second * ahead)
    return null;
  const voters = said.filter((vote) => vote.lists.includes(winner));
  return voters.length < votersMin ? null : (lists[winner]?.[0] ?? null);
}

const wordsIn = (sample: readonly string[]): string[] => sample.join(" ").toLowerCase().split(notWord);

/** What the words say for each language together, and which different words said something. */
function votesOf(words: readonly string[]): { sums: readonly number[]; best: number; said: readonly Vote[] } {
  votes ??= votesByWord();
  const sums = lists.map(() => 0);
  const said: Vote[] = [];
  for (const word of words) {
    const vote = votes.get(word);
    if (vote === undefined) continue;
    if (!said.includes(vote)) said.push(vote);
    for (const i of vote.lists) sums[i] = (sums[i] ?? 0) + vote.weight;
  }
  return { sums, best: Math.max(...sums), said };
}

const notWord = /[^a-z\u00c0-\u024f]+/;

/** A word that many languages have says little for each of them. */
function votesByWord(): ReadonlyMap<string, Vote> {
  const sharers = new Map<string, number[]>();
  // Single letters are options of commands and points of lists.
  for (const [i, [, words]] of lists.entries())
    for (const word of new Set(words.map((one) => one.toLowerCase())))
      if (word.length > 1) sharers.set(word, [...(sharers.get(word) ?? []), i]);
  return new Map([...sharers].map(([word, all]) => [word, { lists: all, weight: 1 / all.length ** 1.5 }]));
}

/** Names of code, places, numbers: the same in every language. */
const unworded = /[\d_@#\\/=<>{}()[\]|$]|\w\.\w|[a-z][A-Z]/;
const inlineCode = /`[^`]{0,200}`/g;

/** The words at the start of the prose: without fenced, indented and inline code, and lines with more signs than words. */
function sampleOf(text: string, charsMax: number): string[] {
  const sample: string[] = [];
  let isFenced = false;
  for (let [at, chars] = [0, 0]; at < Math.min(text.length, readMax) && chars < charsMax; ) {
    const next = text.indexOf("\n", at);
    const end = Math.min(next === -1 ? text.length : next, at + lineMax);
    const line = text.slice(at, end);
    at = end + 1;
    const isFence = line.startsWith("```") || line.startsWith("~~~");
    if (isFence) isFenced = !isFenced;
    if (isFence || isFenced || isCode(line)) continue;
    for (const token of line.replace(inlineCode, " ").split(/\s+/))
      if (token !== "" && !unworded.test(token)) {
        sample.push(token);
        chars += token.length + 1;
      }
  }
  return sample;
}

/** By code of the sign: a set would be asked for every character. */
const codeSigns = Uint8Array.from({ length: 128 }, (_, code) =>
  "{}()[];=<>|$\\/_&+*".includes(String.fromCharCode(code)) ? 1 : 0,
);

function isCode(line: string): boolean {
  if (/^(?: {4}|\t)\s*\S|[{};]$/.test(line.trimEnd())) return true;
  let signs = 0;
  for (let at = 0; at < line.length; at++) signs += codeSigns[line.charCodeAt(at)] ?? 0;
  return signs * 10 > line.length;
}
