/**
 * Bytes of any encoding into a line reader, in bounded memory: ASCII is passed on as it comes, and where something else
 * begins, a sample is held back until its encoding is known.
 */

import { type Encoding, encodingOf, encodingOfStart, firstSpecial, isPlainStart } from "./encoding.ts";
import type { LineReader } from "./lines.ts";

/** Enough for the statistics of any encoding. */
const sampleBytes = 65_536;
/** What gives a binary file away is at its start; a text that a power cut left full of NULs further on is still one. */
const startBytes = 1_024;
/** Before the first byte that is not ASCII: its line, mostly. */
const contextBytes = 64;

export interface Conversion {
  /** False: it is no text, and what comes is of no use. */
  readonly write: (bytes: Uint8Array) => boolean;
  /** Passes on what is held back, as at the end of the bytes; the last line stays open. False: it is no text. */
  readonly flush: () => boolean;
  /** WHATWG's name of what is converted; null for UTF-8, or while nothing is known. */
  readonly label: () => string | null;
}

/** For what is in UTF-8 whatever it looks like: the NULs in it are its own. */
export const passOn = (reader: Pick<LineReader, "write">): Conversion => ({
  write: (bytes) => {
    reader.write(bytes);
    return true;
  },
  flush: () => true,
  label: () => null,
});

/**
 * `start`: the first bytes are collected. `ascii`: passed on, there has been nothing else. `sample`: collected, since
 * there is something else; behind `start` it may be binary. `known`: passed on, or converted.
 */
type Phase = "start" | "ascii" | "sample" | "known" | "binary";

export function convertInto(reader: Pick<LineReader, "write" | "readAs">, isGuess: boolean): Conversion {
  let phase: Phase = "start";
  let isFromStart = true;
  let label: string | null = null;
  let pass = reader.write;
  let finish = (): void => {};
  const sample = Buffer.alloc(sampleBytes);
  let sampled = 0;
  /** So much at the start of the sample has been passed on already. */
  let passed = 0;

  function write(bytes: Uint8Array): boolean {
    let rest = bytes;
    while (rest.length > 0 && phase !== "binary") rest = rest.subarray(take(rest));
    return phase !== "binary";
  }

  /** How many of the bytes were of use. Where the blocks end has no say in what is sampled. */
  function take(bytes: Uint8Array): number {
    if (phase === "start") return collect(bytes, startBytes);
    if (phase === "sample") return collect(bytes, sampleBytes);
    if (phase === "known") {
      pass(bytes);
      return bytes.length;
    }
    const end = firstSpecial(bytes);
    const plain = bytes.subarray(0, end);
    if (plain.length > 0) passPlain(plain);
    if (end < bytes.length) phase = "sample";
    return end;
  }

  /** The last words stay at hand: what comes next may be understood by them only. */
  function passPlain(plain: Uint8Array): void {
    reader.write(plain);
    const last = Buffer.concat([sample.subarray(0, sampled), plain.subarray(-contextBytes)]).subarray(-contextBytes);
    sample.set(last);
    sampled = passed = last.length;
  }

  function collect(bytes: Uint8Array, max: number): number {
    const taken = bytes.subarray(0, max - sampled);
    sample.set(taken, sampled);
    sampled += taken.length;
    if (sampled === max) look();
    return taken.length;
  }

  function look(): void {
    const all = sample.subarray(0, sampled);
    if (phase === "start" && isPlainStart(all)) {
      [phase, isFromStart] = ["ascii", false];
      sampled = 0;
      passPlain(all);
    } else if (phase === "start" && sampled === startBytes) phase = "sample";
    else settle(isFromStart ? encodingOfStart(all, isGuess) : encodingOf(all));
  }

  function settle(encoding: Encoding): void {
    phase = encoding.kind === "binary" ? "binary" : "known";
    if (encoding.kind === "binary") return;
    if (encoding.kind === "line") reader.readAs(encoding.label);
    if (encoding.kind === "stream") decodeAs(encoding.label);
    if (encoding.kind !== "utf-8") label = encoding.label;
    pass(sample.subarray(passed, sampled));
  }

  function decodeAs(name: string): void {
    const decoder = new TextDecoder(name as Bun.Encoding, { ignoreBOM: true });
    const encoder = new TextEncoder();
    pass = (bytes) => reader.write(encoder.encode(decoder.decode(bytes, { stream: true })));
    finish = () => reader.write(encoder.encode(decoder.decode()));
  }

  return {
    write,
    flush: () => {
      if (phase === "start" && sampled > 0) look();
      // The start was not plain, and there is no more of it.
      if (phase === "sample") look();
      finish();
      return phase !== "binary";
    },
    label: () => label,
  };
}
