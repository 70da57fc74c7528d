/**
 * Which encoding a sample of bytes is in: UTF-8 unless there is better evidence, no text at all where it is binary. It
 * asks a library for the old encodings, and takes its word only where what comes out looks like words. Pure.
 */

import { isAscii } from "node:buffer";
import { analyse } from "chardet";

export type Encoding =
  /** Lines of it that are not UTF-8 are broken. */
  | { readonly kind: "utf-8" }
  /** To be converted before it is cut into lines. */
  | { readonly kind: "stream"; readonly label: string }
  /** One byte, one character: a line that is not UTF-8 is read so. */
  | { readonly kind: "line"; readonly label: string }
  | { readonly kind: "binary" };

/** Starts of files that are no text, and may hold none of the bytes that give it away. */
const magic: readonly string[] = [
  ...["%PDF-", "PK\x03\x04", "\x89PNG\r\n", "GIF87a", "GIF89a", "\xff\xd8\xff", "\x1f\x8b\x08", "BZh", "\xfd7zXZ"],
  ...["\x28\xb5\x2f\xfd", "7z\xbc\xaf\x27\x1c", "\x7fELF", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "\0asm"],
  ...["SQLite format 3\0", "RIFF", "OggS", "ID3", "fLaC", "wOFF", "wOF2", "Rar!\x1a", "bplist00"],
];

const newline = 10;
const utf8: Encoding = { kind: "utf-8" };
const binary: Encoding = { kind: "binary" };

/**
 * What the start of a text says. `isGuess`: nothing says that it is a text, and one NUL is enough to say that it is
 * none, as for git; elsewhere a NUL costs its line.
 */
export function encodingOfStart(sample: Buffer, isGuess: boolean): Encoding {
  const wide = wideOf(sample);
  if (wide !== null) return wide;
  if (isMagic(sample)) return binary;
  if (isGuess ? sample.includes(0) : isMostlyBroken(sample)) return binary;
  const encoding = encodingOf(sample);
  if (isGuess && encoding === utf8 && !isUtf8(sample)) return binary;
  return encoding;
}

function isMagic(sample: Buffer): boolean {
  const first = sample.toString("latin1", 0, 16);
  return magic.some((start) => first.startsWith(start));
}

/** UTF-16 by its mark; without one, by the zeros that every other byte of English is. UTF-32 is nobody's file. */
function wideOf(sample: Buffer): Encoding | null {
  const mark = sample.toString("hex", 0, 4);
  if (mark === "fffe0000" || mark === "0000feff") return binary;
  if (mark.startsWith("fffe")) return { kind: "stream", label: "utf-16le" };
  if (mark.startsWith("feff")) return { kind: "stream", label: "utf-16be" };
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) * 10 < sample.length * 3 || Math.min(even, odd) * 50 > Math.max(even, odd)) return null;
  return { kind: "stream", label: even > odd ? "utf-16be" : "utf-16le" };
}

/** Whether most of it is in lines with a NUL: those of a text that a power cut hit are few. */
function isMostlyBroken(sample: Buffer): boolean {
  let broken = 0;
  for (let at = sample.indexOf(0); at >= 0; ) {
    const end = sample.indexOf(newline, at);
    const next = end < 0 ? sample.length : end + 1;
    broken += next - (sample.lastIndexOf(newline, at) + 1);
    at = sample.indexOf(0, next);
  }
  return broken * 2 > sample.length;
}

/** Escapes of Japanese mail, which is otherwise ASCII. */
const mailEscape = "\x1b$";

/** Whether it is ASCII, as a text's start mostly is, and not known as the start of something else. */
export const isPlainStart = (start: Buffer): boolean =>
  isAscii(start) && !start.includes(0) && !start.includes(mailEscape) && !isMagic(start);

/** Where the first byte is that says something of the encoding. */
export function firstSpecial(bytes: Uint8Array): number {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = block.indexOf(mailEscape);
  const end = found < 0 ? block.length : found;
  return isAscii(block)
    ? end
    : Math.min(
        end,
        block.findIndex((byte) => byte >= 0x80),
      );
}

/** The confidence of the library, of 100, below which it only guesses. */
const confidenceMin = 20;
/** WHATWG's names of the encodings that are one byte a character. */
const singleByte = /^(windows|iso-8859|koi8|ibm866|macintosh|x-mac)/;

/** What bytes say that are not plain, and no UTF-16. */
export function encodingOf(sample: Buffer): Encoding {
  if (!sample.includes(mailEscape) && (isUtf8(sample) || utf8Evidence(sample) >= 0)) return utf8;
  const lines = brokenLines(sample);
  const [best] = analyse(lines);
  if (best !== undefined && best.confidence >= confidenceMin) return checked(lines, best.name, /\p{L}/u) ?? utf8;
  // A few names, a list of words: too little for statistics, and there the one encoding is far more common than others.
  return checked(lines, "windows-1252", /[a-z]/i) ?? utf8;
}

/** Those that are not UTF-8: what the others say is known. All of them where each one is. */
function brokenLines(sample: Buffer): Buffer {
  const lines: Buffer[] = [];
  for (let start = 0; start < sample.length; ) {
    const found = sample.indexOf(newline, start);
    const end = found < 0 ? sample.length : found + 1;
    const line = sample.subarray(start, end);
    if (!isUtf8(line)) lines.push(line);
    start = end;
  }
  return lines.length === 0 ? sample : Buffer.concat(lines);
}

/** Null where the bytes are no text in it. */
function checked(sample: Buffer, name: string, neighbour: RegExp): Encoding | null {
  try {
    const decoder = new TextDecoder(name as Bun.Encoding, { fatal: true });
    const text = decoder.decode(sample, { stream: true });
    const label = decoder.encoding;
    if (label === "utf-8" || label.startsWith("utf-16") || !looksLikeWords(text, neighbour)) return null;
    return { kind: singleByte.test(label) ? "line" : "stream", label };
  } catch {
    return null;
  }
}

/** The last character may go on behind the sample. */
function isUtf8(sample: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Sequences of UTF-8, whole or cut off, less the bytes that are in none. */
function utf8Evidence(sample: Buffer): number {
  let evidence = 0;
  for (let at = 0; at < sample.length; ) {
    const byte = sample[at++] ?? 0;
    if (byte < 0x80) continue;
    const wanted = byte >= 0xc2 && byte < 0xf5 ? (byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1) : 0;
    let found = 0;
    while (found < wanted && ((sample[at + found] ?? 0) & 0xc0) === 0x80) found++;
    at += found;
    evidence += found > 0 ? 1 : -1;
  }
  return evidence;
}

/**
 * Whether the characters beyond ASCII stand as they do in words: a letter beside a letter, and no capital behind a small
 * one. A byte that was simply broken is mostly neither.
 */
function looksLikeWords(text: string, neighbour: RegExp): boolean {
  let good = 0;
  let all = 0;
  for (const { 0: mark, index } of text.matchAll(/[^\0-\x7f]/gu)) {
    all++;
    const [before = "", after = ""] = [text[index - 1], text[index + mark.length]];
    if (isSign(mark) || (isLetter(mark) && neighbour.test(before + after) && !isLateCapital(before, mark))) good++;
  }
  return all > 0 ? good * 5 >= all * 4 : text !== "";
}

const isSign = (mark: string): boolean => /[\p{P}\p{Sc}\p{Sm}\p{So}\p{Zs}\p{N}]/u.test(mark);
const isLetter = (mark: string): boolean => /[\p{L}\p{M}]/u.test(mark);
const isLateCapital = (before: string, mark: string): boolean => /\p{Ll}/u.test(before) && /\p{Lu}/u.test(mark);
