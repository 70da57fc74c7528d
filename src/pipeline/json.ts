/**
 * Finds the JSON objects in a model's reply, nested ones too, and forgives what small models get wrong in them. Never
 * throws; takes time in proportion to the text, however hostile it is. Pure.
 */

/** Texts stay as written, numbers and bare words as well: `unescaped` is for the few that are used in the end. */
export type Json = string | null | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export interface Found {
  readonly object: JsonObject;
  readonly start: number;
  readonly end: number;
  /** False when the text ended first and the closing brackets are only implied. */
  readonly isWhole: boolean;
}

interface Scan {
  readonly text: string;
  readonly found: Found[];
  at: number;
  entries: number;
}

/** A description has one level, and wrappings have few. */
const depthMax = 12;
/** In UTF-16 units; the longest field takes 500 code points, the rest would be cut anyway. */
const stringMax = 8_000;
/** What is read in all. A reply with an answer in it has some hundred entries. */
const entriesMax = 20_000;
/** How far, in all, text is read a second time after a brace that began no object. */
const rereadMax = 200_000;

const opening = /\{[\s`]{0,99}(?:["'/]|[A-Za-z_][\w-]{0,63}\s{0,9}:)/g;
const identifier = /[A-Za-z_][\w-]{0,63}/y;
const bareText = /[^,}\]\n]*/y;
/** What may follow the comma after a string; anything else, and the string has an unescaped quote in it. */
const afterComma = {
  "}": /[},]|\/[/*]|(?:"[^"\n]{0,64}"|'[^'\n]{0,64}'|[A-Za-z_][\w-]{0,63})\s{0,9}:/y,
  "]": /["'\]{[,\d.-]|\/[/*]|null|None|true|false|True|False/y,
};

/** In the order in which they end: what is nested comes before what it is nested in. */
export function objectsIn(text: string): Found[] {
  const scan: Scan = { text, found: [], at: 0, entries: 0 };
  let reread = 0;
  while (scan.entries < entriesMax) {
    opening.lastIndex = scan.at;
    const start = opening.exec(text)?.index;
    if (start === undefined) break;
    scan.at = start;
    scan.entries++;
    if (readObject(scan, 0) !== null) continue;
    // What followed a stray brace was read as if inside of it, and may hold the object that is looked for.
    reread += scan.at - start;
    if (reread <= rereadMax) scan.at = start + 1;
  }
  return scan.found;
}

function readObject(scan: Scan, depth: number): JsonObject | null {
  const start = scan.at++;
  const object = new Map<string, Json>();
  if (depth > depthMax) return null;
  for (;;) {
    skip(scan, true);
    if (isOver(scan, "}")) break;
    const key = readKey(scan);
    if (key === null || scan.entries++ > entriesMax) return null;
    skip(scan, false);
    if (scan.text[scan.at++] !== ":") return null;
    skip(scan, false);
    const value = readValue(scan, depth, "}");
    if (value === undefined) return null;
    object.set(key, value);
  }
  scan.found.push({ object, start, end: scan.at, isWhole: scan.at <= scan.text.length });
  return object;
}

function readList(scan: Scan, depth: number): Json[] | undefined {
  scan.at++;
  const list: Json[] = [];
  if (depth > depthMax) return undefined;
  for (;;) {
    skip(scan, true);
    if (isOver(scan, "]")) return list;
    const value = readValue(scan, depth, "]");
    if (value === undefined || scan.entries++ > entriesMax) return undefined;
    list.push(value);
  }
}

/** Past the closing bracket, or past the end of the text, which implies it. */
function isOver(scan: Scan, closer: "}" | "]"): boolean {
  if (scan.at < scan.text.length && scan.text[scan.at] !== closer) return false;
  scan.at++;
  return true;
}

function readKey(scan: Scan): string | null {
  const quote = scan.text[scan.at];
  if (quote === '"' || quote === "'") return readString(scan, quote, ":") ?? null;
  identifier.lastIndex = scan.at;
  const key = identifier.exec(scan.text)?.[0] ?? null;
  scan.at += key?.length ?? 0;
  return key;
}

/** Undefined for what is no value. */
function readValue(scan: Scan, depth: number, closer: "}" | "]"): Json | undefined {
  const first = scan.text[scan.at];
  if (first === "{") return readObject(scan, depth + 1) ?? undefined;
  if (first === "[") return readList(scan, depth + 1);
  if (first === '"' || first === "'") return readString(scan, first, closer);
  bareText.lastIndex = scan.at;
  bareText.test(scan.text);
  const raw = scan.text.slice(scan.at, Math.min(bareText.lastIndex, scan.at + stringMax)).trim();
  scan.at = bareText.lastIndex;
  if (raw === "") return closer === "}" && scan.at < scan.text.length ? null : undefined;
  return /^(?:null|None|undefined|nil)$/.test(raw) ? null : raw;
}

function readString(scan: Scan, quote: string, closer: ":" | "}" | "]"): string | undefined {
  const { text } = scan;
  const start = scan.at + 1;
  let end = text.indexOf(quote, start);
  while (end >= 0 && (isEscaped(text, start, end) || !closes(text, end + 1, closer)))
    end = text.indexOf(quote, end + 1);
  scan.at = end < 0 ? text.length : end + 1;
  return end < 0 ? undefined : text.slice(start, Math.min(end, start + stringMax));
}

function isEscaped(text: string, start: number, at: number): boolean {
  let before = at;
  while (before > start && text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

/** Whether a quote that ends before `at` ends its string: what follows is JSON, and not the rest of a sentence. */
function closes(text: string, at: number, closer: ":" | "}" | "]"): boolean {
  // Names have no quotes in them; and a stray one before the object must not swallow its first name.
  if (closer === ":") return true;
  const nextAt = pastSpace(text, at);
  const next = text[nextAt];
  if (next === undefined || next === closer) return true;
  if (next === ",") {
    const pattern = afterComma[closer];
    pattern.lastIndex = pastSpace(text, nextAt + 1);
    return pattern.lastIndex >= text.length || pattern.test(text);
  }
  // A forgotten comma at the end of a line.
  return nextAt > at && (next === '"' || next === "'") && text.slice(at, nextAt).includes("\n");
}

const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Letters that JSON does not know keep their backslash (`\d` of a pattern); signs lose it (`\_` of Markdown). */
export function unescaped(raw: string): string {
  if (!raw.includes("\\")) return raw;
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (whole: string, hex?: string, letter = "") => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return letters[letter] ?? (/[a-z\d]/i.test(letter) ? whole : letter);
  });
}

/** Past space, comments, and the fences of Markdown where a bracket was forgotten before them. */
function skip(scan: Scan, commas: boolean): void {
  const { text } = scan;
  for (;;) {
    scan.at = pastSpace(text, scan.at);
    const next = text[scan.at];
    if (next === "`" || (commas && next === ",")) scan.at++;
    else if (text.startsWith("//", scan.at)) scan.at = pastNext(text, "\n", scan.at);
    else if (text.startsWith("/*", scan.at)) scan.at = pastNext(text, "*/", scan.at);
    else return;
  }
}

function pastSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 32 && unit !== 0xa0) break;
  }
  return at;
}

function pastNext(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}
