/** All that was found in a text, gathered once for the fields of its description. Pure. */

import { limits } from "../../core/enrichment.ts";
import { commentIn } from "./comment.ts";
import { type Data, dataOf } from "./data.ts";
import { dependenciesIn } from "./dependencies.ts";
import { type Language, languageOf } from "./language.ts";
import { phrasesOf } from "./phrases.ts";
import { rankedSentences, type Sentence } from "./ranking.ts";
import { boundedLines, type Reading } from "./reading.ts";
import { commandsIn, definedIn, namesIn } from "./symbols.ts";
import { type Trace, traceOf } from "./trace.ts";

export interface Found {
  /** Best first. */
  readonly sentences: readonly Sentence[];
  readonly phrases: readonly string[];
  readonly language: Language | null;
  readonly defined: readonly string[];
  readonly symbols: readonly string[];
  readonly deps: readonly string[];
  readonly comment: string | null;
  /** What a script runs, where it defines nothing. */
  readonly commands: readonly string[];
  /** The files of a diff. */
  readonly changed: readonly string[];
  readonly trace: Trace | null;
  readonly data: Data | null;
}

export function foundIn(reading: Reading): Found {
  const { kind } = reading;
  const whole = kind === "prose" ? boundedLines(reading.code.map(({ text }) => text).join("\n")) : reading.lines;
  const changed = kind === "code" ? whole.flatMap((line) => /^\+\+\+ b\/(\S{1,200})/.exec(line)?.[1] ?? []) : [];
  const lines = kind === "code" && isDiff(whole) ? after(whole) : whole;
  const language =
    kind === "code" || kind === "prose" ? languageOf(lines.join("\n"), fenceOf(reading, changed[0])) : null;
  const defined = language === null && kind !== "code" ? [] : definedIn(lines);
  const trace = traceIn(reading, lines);
  return {
    sentences: rankedSentences(reading),
    phrases: phrasesOf(kind === "prose" ? reading : named(reading, lines, trace), limits.tags),
    language,
    defined,
    symbols: symbolsIn(reading, lines, { defined, changed, trace }),
    deps: dependenciesIn(isDiff(whole) ? lines : reading.lines, language?.tag ?? ""),
    comment: kind === "code" ? commentIn(lines) : null,
    commands: language?.tag === "shell" && defined.length === 0 ? commandsIn(lines) : [],
    changed: [...new Set(changed)],
    trace,
    data: kind === "data" ? dataOf(reading.text, lines) : null,
  };
}

const isDiff = (lines: readonly string[]): boolean => lines.some((line) => /^(?:diff --git |@@ -\d)/.test(line));

/** What a diff leads to: its text without what it takes away. */
const after = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !/^(?:-|diff --git |index |\+\+\+ |@@ )/.test(line)).map((line) => line.replace(/^[+ ]/, ""));

/** The language of most fences, else of the changed file's name; commands to install something tell the least. */
function fenceOf({ code }: Reading, changed = ""): string {
  const counts = new Map<string, number>();
  for (const { language } of code) {
    const weight = /^(?:sh|bash|shell|zsh|console|terminal|txt|text)?$/.test(language) ? 0 : 1;
    counts.set(language, (counts.get(language) ?? 0) + weight);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [""];
  return most === "" ? (/\.(\w+)$/.exec(changed)?.[1] ?? "") : most;
}

/** A document that shows an error is not about that error; a message that shows one is. */
function traceIn({ kind, headings }: Reading, lines: readonly string[]): Trace | null {
  if (kind === "trace") return traceOf(lines);
  if (kind !== "prose" || headings.length > 1) return null;
  const shown = lines.filter((line) => /Error|Exception|panicked|Traceback|^\s*(?:at|File) /.test(line));
  const trace = shown.length > 1 ? traceOf(lines) : null;
  return trace?.name == null ? null : trace;
}

function symbolsIn(
  reading: Reading,
  lines: readonly string[],
  { defined, changed, trace }: Pick<Found, "defined" | "changed" | "trace">,
): readonly string[] {
  if (reading.kind === "data") return [];
  const raised = trace === null ? [] : [...(trace.name === null ? [] : [trace.name]), ...trace.functions];
  const prose = [reading.spans.join(" "), ...reading.passages.map(({ text }) => text)].join("\n");
  const mentioned = namesIn(reading.kind === "prose" ? prose : lines.join("\n"), 40);
  const own = reading.kind === "prose" ? [...mentioned, ...defined] : [...defined, ...mentioned];
  return [...new Set([...raised, ...changed, ...own])];
}

/** Code says what it is about in its names and comments: read as words, they give its key phrases. */
function named(reading: Reading, lines: readonly string[], trace: Trace | null): Reading {
  const told = lines.flatMap((line) => /(?:\/\/+|\/?\*+|#|--|""")\s?(\p{L}.{8,300})$/u.exec(line)?.[1] ?? []);
  const names = definedIn(lines).map((name) =>
    name
      .replace(/(?<=[a-z\d])(?=[A-Z])/g, " ")
      .replace(/_+/g, " ")
      .toLowerCase(),
  );
  const texts = [trace?.error ?? "", ...told, ...names];
  const passages = texts.map((text) => ({ kind: "paragraph" as const, text, section: "", depth: 0 }));
  return { ...reading, passages: passages.slice(0, 200) };
}
