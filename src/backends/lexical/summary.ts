/** Chooses what to say of a text in one to three sentences: its own best ones, or what it defines, raises or holds. Pure. */

import { limits } from "../../core/enrichment.ts";
import type { Found } from "./found.ts";
import type { Sentence } from "./ranking.ts";
import type { Reading } from "./reading.ts";
import { closed, isComplete, sentencesOf, shortened } from "./sentences.ts";

/** A summary that says enough; a further sentence must not lead far beyond it. */
const enoughChars = 200;
const roomChars = 340;

export function summaryOf(reading: Reading, found: Found): string {
  const summary = { prose: ofProse, code: ofCode, trace: ofTrace, data: ofData }[reading.kind](reading, found).trim();
  return shortened(summary === "" ? ofNothing(reading) : summary, limits.summary);
}

function ofProse(reading: Reading, { sentences, trace }: Found): string {
  const { title } = reading;
  const chosen = isShort(reading, sentences) ? sentences.toSorted((a, b) => a.index - b.index) : chosenFrom(sentences);
  const text = chosen.map((sentence) => closed(sentence.text)).join(" ");
  const [first] = chosen;
  if (first === undefined) return headingsOf(reading);
  // A tagline without a verb's end is a fragment alone, and a description after its name.
  const named =
    first.index === 0 && !isComplete(first.text) && title !== "" && !text.toLowerCase().includes(title.toLowerCase());
  const told = named ? `${title}: ${text}` : text;
  if (trace === null || told.includes(trace.error) || told.length > roomChars) return told;
  return `${told} The error is ${closed(shortened(trace.error, 150))}`;
}

/** So short that a summary of it is the text itself. */
const isShort = ({ headings, passages }: Reading, sentences: readonly Sentence[]): boolean =>
  headings.length === 0 &&
  passages.length === new Set(sentences.map(({ passage }) => passage)).size &&
  sentences.length <= 3 &&
  sentences.reduce((sum, { text }) => sum + text.length, 0) <= roomChars;

/** In the order of the text; one that leans on the sentence before it brings that one along, or stays out. */
function chosenFrom(ranked: readonly Sentence[]): readonly Sentence[] {
  const [best] = ranked;
  if (best === undefined) return [];
  const byIndex = new Map(ranked.map((sentence) => [sentence.index, sentence]));
  const chosen: Sentence[] = [];
  let length = 0;
  for (const sentence of ranked) {
    if (chosen.length >= 3 || length >= enoughChars || sentence.score < best.score * 0.1) break;
    const group = withSupport(sentence, byIndex);
    const added = group?.filter((one) => !chosen.includes(one)) ?? [];
    const size = added.reduce((sum, { text }) => sum + text.length + 1, 0);
    if (added.length === 0 || (chosen.length > 0 && !fits(added, size, length, chosen))) continue;
    chosen.push(...added);
    length += size;
  }
  return (chosen.length > 0 ? chosen : [best]).slice(0, 3).sort((a, b) => a.index - b.index);
}

function withSupport(sentence: Sentence, byIndex: ReadonlyMap<number, Sentence>): readonly Sentence[] | null {
  if (!sentence.leans) return [sentence];
  const before = byIndex.get(sentence.index - 1);
  if (before === undefined || before.passage !== sentence.passage || before.leans || !isComplete(before.text))
    return null;
  return [before, sentence];
}

function fits(added: readonly Sentence[], size: number, length: number, chosen: readonly Sentence[]): boolean {
  if (chosen.length + added.length > 3 || length + size > roomChars) return false;
  return added.every(
    ({ text, terms, passage }) =>
      isComplete(text) &&
      (passage.kind === "paragraph" || chosen[0]?.passage.kind === "item") &&
      !chosen.some((other) => repeats(terms, other.terms)),
  );
}

/** Says again what is said already. */
const repeats = (terms: ReadonlySet<string>, said: ReadonlySet<string>): boolean =>
  [...terms].filter((term) => said.has(term)).length >= 0.6 * Math.min(terms.size, said.size);

function headingsOf({ headings, title }: Reading): string {
  const [first, ...rest] = headings;
  if (first === undefined) return closed(title);
  return rest.length === 0 ? closed(first) : `${first}: ${listed(rest, 6)}.`;
}

function ofCode(reading: Reading, found: Found): string {
  const changed = found.changed.length === 0 ? "" : `Changes ${listed(found.changed, 4)}. `;
  return `${changed}${ofSource(reading, found)}`;
}

function ofSource({ text }: Reading, { comment, commands, defined, deps, language, symbols }: Found): string {
  const written = language === null ? "" : ` in ${language.name}`;
  const defines = defined.length > 0 ? `Defines ${listed(defined, 6)}${written}.` : "";
  const told = comment === null ? "" : firstSentences(comment);
  if (told !== "") return told.length < 120 && defines !== "" ? `${told} ${defines}` : told;
  if (defines !== "") return deps.length > 0 ? `${defines} Uses ${listed(deps, 4)}.` : defines;
  const kind = language === null ? "Code" : `${language.name[0]?.toUpperCase()}${language.name.slice(1)} code`;
  if (commands.length > 0) return `${kind} that runs ${listed(commands, 6)}.`;
  if (symbols.length > 0) return `${kind} that uses ${listed(symbols, 5)}.`;
  if (deps.length > 0) return `${kind} that uses ${listed(deps, 5)}.`;
  const start = (text.split("\n").find((line) => line.trim() !== "") ?? "").replace(/\s+/g, " ").trim();
  return start === "" ? "" : `${kind} that begins with ${shortened(start, 80)}`;
}

function firstSentences(comment: string): string {
  let told = "";
  for (const sentence of sentencesOf(comment).slice(0, 3)) {
    if (told !== "" && told.length + sentence.length > 240) break;
    told = `${told} ${sentence}`.trim();
  }
  const capital = /^[a-z]+ [^:]{30}/.test(told) ? `${told[0]?.toUpperCase()}${told.slice(1)}` : told;
  return closed(capital);
}

function ofTrace(_: Reading, { trace }: Found): string {
  if (trace === null || trace.error === "") return "";
  const error = closed(shortened(trace.error, 320));
  return trace.place === null ? error : `${error} Raised in ${shortened(trace.place, 140)}.`;
}

function ofData(_: Reading, { data }: Found): string {
  if (data === null) return "";
  if (data.description !== "") return closed(data.name === "" ? data.description : `${data.name}: ${data.description}`);
  const named = data.name === "" ? "" : ` of ${data.name}`;
  return data.keys.length === 0 ? "" : `${data.format}${named} with ${listed(data.keys, 8)}.`;
}

/** Something has to be said, and nothing was there to say it. */
function ofNothing({ text }: Reading): string {
  const [line = ""] = text.split("\n").filter((candidate) => candidate.trim() !== "");
  const bare = line.replace(/\s+/g, " ").trim();
  return bare === "" ? "Empty text." : closed(shortened(bare, 200));
}

export function listed(names: readonly string[], max: number): string {
  const shown = names.slice(0, max).map((name) => shortened(name, 60));
  const more = names.length - shown.length;
  const all = more > 0 ? [...shown, `${more} more`] : shown;
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
