/**
 * Shortens encoded bytes in a long line of JSON: a picture is megabytes of base64 in one line, twice in some programs, and
 * nothing of it is wanted. Such a run holds no quote and no backslash, so that the line stays what it is. Pure.
 */

import { looksEncoded } from "./conversation/clean.ts";

/** A run that is at least as long is found, wherever it starts. */
const stride = 2_048;
/** So much stays, by which it is known for what it is. */
const kept = 1_024;

const inBase64 = new Uint8Array(256);
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  inBase64[letter.charCodeAt(0)] = 1;

/** The same bytes where there is nothing to shorten. */
export function shrink(block: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = 0; at + stride <= block.length; ) {
    const end = runEnd(block, at);
    if (end - at >= stride && looksEncoded(block.toString("latin1", at, at + kept))) {
      parts.push(block.subarray(from, at + kept));
      from = end;
    }
    at = Math.max(end, at + stride);
  }
  return parts.length === 0 ? block : Buffer.concat([...parts, block.subarray(from)]);
}

/** In words it is a few bytes on: each stride costs no more than its first word. */
function runEnd(block: Buffer, from: number): number {
  let at = from;
  while (at < block.length && inBase64[block[at] ?? 0] === 1) at++;
  return at;
}
