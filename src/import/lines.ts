/**
 * Bytes into lines, in bounded memory: what is not UTF-8, holds a NUL or is too long is told with its line number, and
 * the lines around it come through.
 */

import type { Line } from "./piece.ts";

export interface LineOutput {
  readonly line: (line: Line) => void;
  readonly broken: (number: number, reason: string) => void;
}

export interface LineReader {
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
  /** From here on, what is not UTF-8 is in this encoding of one byte a character. */
  readonly readAs: (label: string) => void;
  /** Where the line starts that has not come whole yet. */
  readonly at: () => LineStart;
}

export interface LineStart {
  /** In bytes, from the start of the text. */
  readonly offset: number;
  readonly line: number;
}

/** `cut`: a longer line comes in parts with the same number. `refuse`: it is broken, since a part of it means nothing. */
export interface LongLines {
  readonly bytesMax: number;
  readonly over: "cut" | "refuse";
  /** What may be left out of a line that goes on over several blocks. */
  readonly shrink?: (block: Buffer) => Buffer;
}

const newline = 10;

/** `from`: the bytes to come start with this line; else they are the start of the text. */
export function createLineReader(
  { bytesMax, over, shrink }: LongLines,
  output: LineOutput,
  from?: LineStart,
): LineReader {
  // A byte order mark is stripped once, not at the start of each block.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let legacy: TextDecoder | null = null;
  let number = from?.line ?? 1;
  /** Of all bytes that have come, and of those up to the end of the last whole line. */
  let bytesTotal = from?.offset ?? 0;
  let lineOffset = bytesTotal;
  let held: Buffer[] = [];
  let heldBytes = 0;
  /** The rest of the line is of no use any more. */
  let skipping = false;

  function write(bytes: Uint8Array): void {
    let block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lastEnd = block.lastIndexOf(newline);
    if (lastEnd >= 0) lineOffset = bytesTotal + lastEnd + 1;
    bytesTotal += block.length;
    if (skipping) {
      const end = block.indexOf(newline);
      if (end < 0) return;
      skipping = false;
      number++;
      block = block.subarray(end + 1);
    }
    const last = block.lastIndexOf(newline);
    if (last >= 0) {
      readLines(takeHeld(block.subarray(0, last)));
      block = block.subarray(last + 1);
    }
    // A copy: the reader of the file may use its buffer again.
    const own = shrink?.(block) ?? block;
    if (own.length > 0) hold(own === block ? Buffer.from(block) : own);
    if (heldBytes > bytesMax) shorten();
  }

  function hold(bytes: Buffer): void {
    held.push(bytes);
    heldBytes += bytes.length;
  }

  function takeHeld(next: Buffer): Buffer {
    if (heldBytes === 0) return next;
    const all = Buffer.concat([...held, next]);
    held = [];
    heldBytes = 0;
    return all;
  }

  /** Whole lines; usually all are good, and are decoded at once. */
  function readLines(block: Buffer): void {
    const text = decodeUtf8(block);
    if (text?.includes("\0") === false) {
      for (const line of text.split("\n")) give(line);
      return;
    }
    for (let start = 0; start <= block.length; ) {
      const found = block.indexOf(newline, start);
      const end = found < 0 ? block.length : found;
      readLine(block.subarray(start, end));
      start = end + 1;
    }
  }

  function readLine(bytes: Buffer): void {
    const text = decode(bytes);
    if (text === null) output.broken(number++, bytes.includes(0) ? "a NUL byte" : "not valid UTF-8");
    else give(text);
  }

  function decode(bytes: Buffer): string | null {
    const text = decodeUtf8(bytes) ?? legacy?.decode(bytes) ?? null;
    return text?.includes("\0") === true ? null : text;
  }

  function decodeUtf8(bytes: Buffer): string | null {
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  }

  function give(text: string): void {
    const start = number === 1 && text.startsWith("\uFEFF") ? 1 : 0;
    output.line({ number, text: text.slice(start, text.endsWith("\r") ? -1 : undefined) });
    number++;
  }

  function shorten(): void {
    const all = takeHeld(Buffer.alloc(0));
    if (over === "refuse") {
      skipping = true;
      output.broken(number, `longer than ${bytesMax / 2 ** 20} MiB`);
      return;
    }
    const end = characterEnd(all);
    const text = decode(all.subarray(0, end));
    if (text === null) {
      skipping = true;
      output.broken(number, all.includes(0) ? "a NUL byte" : "not valid UTF-8");
      return;
    }
    output.line({ number, text });
    hold(all.subarray(end));
  }

  return {
    write,
    end: () => {
      if (heldBytes > 0) readLine(takeHeld(Buffer.alloc(0)));
    },
    readAs: (label) => {
      legacy = new TextDecoder(label as Bun.Encoding);
    },
    at: () => ({ offset: lineOffset, line: number }),
  };
}

/** Where the last whole character ends: at most three bytes of one that goes on are left out. */
function characterEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
