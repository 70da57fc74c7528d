/** Looks at a text once: the part of it that is read, what kind of text it is, and its parts. Pure. */

import { type Parts, type Passage, partsOf } from "./markdown.ts";
import { stopWordsOf } from "./words.ts";

/** `trace`: a stack trace or a log that ends in an error. `data`: settings and records, JSON, YAML, INI. */
export type Kind = "prose" | "code" | "trace" | "data";

export interface Reading extends Parts {
  readonly kind: Kind;
  readonly contentType: string;
  /** What is read, at most head and tail of a long text. */
  readonly text: string;
  readonly lines: readonly string[];
  readonly stopWords: ReadonlySet<string>;
}

const edgeChars = 16_384;
const lineChars = 600;
const passagesMax = 400;

const traceLine =
  /^\s*at [\w$.<>[\] ]{0,160}\(?[^()\s]{1,300}:\d+\)?|^\s*File "[^"]{1,300}", line \d+|^\s*at [\w$.<>]{3,200}\([\w$. ]{1,120}(?::\d+)?\)|^\s*\d+: +0x[\da-f]+|^goroutine \d+ |^\s+[^\s:]{1,200}\.(?:go|rs):\d+/;
const traceHead =
  /^Traceback \(most recent call last\)|^Exception in thread |\bpanicked at |^panic: |^Caused by: |^(?:Uncaught )?[\w.$]{0,80}(?:Error|Exception): |^error(?:\[E\d+\])?: |^fatal: /;
const codeLine =
  /[{};]\s*$|^\s*[)\]}]+[,;]?\s*$|=>\s*[{(]?$|\)\s*:\s*$|^\s*(?:import|from|export|const|let|var|function|class|def|async|return|if|elif|else|for|while|try|except|catch|func|fn|pub|use|mod|struct|enum|impl|type|interface|package|public|private|protected|static|void|int|#include|#define|using|namespace|require|module|end|SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|FROM|WHERE|JOIN|local|echo|fi|done|@\w+)\b(?=[\s({:.*<"']|$)|^\s*[\w$.[\]]{1,60}\s*[+-]?=[^=]|^\s*(?:\/\/|\/\*|\*\/?|#!|--\s)|^[\w$.]{1,60}\([^()]{0,200}\)\s*$|^(?:@@ |diff --git |[+-]{3} [ab]\/)/;
const dataLine =
  /^\s*(?:- )?["']?[\w.$@/-]{1,60}["']?\s*[:=]\s*\S?|^\s*"[^"]{0,200}",?\s*$|^\s*[[\]{}]+,?\s*$|^\s*\[[\w. "-]{1,60}\]\s*$|^\s*- \S{1,80}$/;
/** One such line in what is otherwise a list of values makes it code. */
const strongCode =
  /^(?:import [^\n]{1,200} from ["']|import ["']|export (?:const|function|class|interface|type|async|abstract|enum) |#include |#!\/|package \w+;?$|(?:async )?def \w+\(|from [\w.]+ import |use \w+::|<\?php|CREATE (?:TABLE|INDEX|VIEW|TRIGGER) |diff --git |@@ -\d)/m;
const sentenceLine = /^\s*(?:[-*>] |#+ |\d+\. )?\p{L}[\p{L}'’-]*,? \p{L}[\p{L}'’-]*,? .*[\p{Ll}\p{Lo}]{2}/u;

export function readingOf(given: string, contentType: string | null): Reading {
  const text = readable(given);
  const lines = boundedLines(text);
  const hint = (contentType ?? "").toLowerCase();
  const found = kindOf(text, lines, hint);
  const parts = found === "prose" ? partsOf(text) : { ...noParts, code: [{ text, language: "" }] };
  const passages = parts.passages.slice(0, passagesMax);
  const stopWords = stopWordsOf(found === "prose" ? passages.map((passage) => passage.text).join("\n") : "");
  // Code in a fence with nothing said about it is code.
  if (found === "prose" && parts.code.length > 0 && lettersOf(passages) < 40) {
    const code = parts.code.map((block) => block.text).join("\n");
    const inner = boundedLines(code);
    const kind = kindOf(code, inner, "");
    return {
      ...parts,
      passages,
      kind: kind === "prose" ? "code" : kind,
      contentType: hint,
      text: code,
      lines: inner,
      stopWords,
    };
  }
  return { ...parts, passages, kind: found, contentType: hint, text, lines, stopWords };
}

/** Cut, so that no pattern meets a line without end. */
export const boundedLines = (text: string): readonly string[] =>
  text.split("\n").map((line) => line.slice(0, lineChars));

const noParts: Omit<Parts, "code"> = { title: "", headings: [], passages: [], spans: [] };

const lettersOf = (passages: readonly Passage[]): number => passages.reduce((sum, { text }) => sum + text.length, 0);

/** Bounded, well formed, without control characters: nothing after this has to fear a text. */
function readable(given: string): string {
  const long = given.length > 2 * edgeChars;
  const read = long ? `${given.slice(0, edgeChars)}\n\n${given.slice(-edgeChars)}` : given;
  return read
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/\p{Cc}/gu, (char) => (char === "\n" || char === "\t" ? char : " "))
    .replace(/[\uFEFF\uFFFD\u200B]/g, "");
}

function kindOf(text: string, lines: readonly string[], hint: string): Kind {
  const filled = lines.filter((line) => line.trim() !== "");
  const share = (pattern: RegExp): number =>
    filled.filter((line) => pattern.test(line)).length / Math.max(1, filled.length);
  const fenced = /^(?:```|~~~)/m.test(text);
  if (isTrace(filled, hint, fenced ? 0.6 : 0.3)) return "trace";
  if (isJson(text)) return "data";
  if (!fenced && strongCode.test(text.slice(0, 8_000)) && share(codeLine) > 0.2) return "code";
  const said = share(sentenceLine);
  const coded = share(codeLine);
  const listed = share(dataLine);
  const isMarkdown = fenced || (/^#{1,6} [^\n]{1,80}\n\n?[\p{L}`[*]/mu.test(text) && coded < 0.4);
  if (isMarkdown) return "prose";
  const wanted = /code|file_read|diff|config/.test(hint) ? 0.3 : 0.5;
  if (filled.length > 1 && share(/^(?:export )?[A-Z][A-Z0-9_]*=/) > 0.7) return "data";
  const isTalk =
    /message|chat|whatsapp|telegram|user|assistant/.test(hint) || share(/[:=] ?(?:[\p{L}'’]+,? ){3,}/u) > 0.4;
  const isData = listed > 0.7 && said < 0.4 && filled.length > 2 && !isTalk;
  if (coded < wanted || coded <= said * 0.8) return isData ? "data" : "prose";
  return isData && listed > 0.8 && coded < 0.6 && said < 0.3 ? "data" : "code";
}

function isTrace(filled: readonly string[], hint: string, least: number): boolean {
  const frames = filled.filter((line) => traceLine.test(line)).length;
  const heads = filled.some((line) => traceHead.test(line));
  const placed = filled.some((line) => /^thread '[^']{0,80}' panicked at \S+:\d+/.test(line));
  if (frames + (heads ? 1 : 0) + (placed ? 1 : 0) >= 2 && (frames + 1) / filled.length > least) return true;
  return hint === "stack_trace" && (heads || frames > 0 || filled.some((line) => /error|fail|exception/i.test(line)));
}

const isJson = (text: string): boolean =>
  /^\s{0,99}[[{]\s{0,99}(?:["{[\d\]}])/.test(text) && /["\d\]}]\s{0,99}:|","|\d,\s/.test(text.slice(0, 2_000));
