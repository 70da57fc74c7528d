/** Cuts a text that is too long for one chunk: at the best end there is, else between two characters. Pure. */

import { isPair } from "../core/points.ts";

const space = /\s/g;
/** Where a text may end, the best first; each takes the end along. */
const ofSentences = [/[.!?…。！？]["'”’)\]]*(?=\s)\s?/gu, space];
export const ofParagraphs: readonly RegExp[] = [/\n\s*\n/g, /\n/g, ...ofSentences];
/** A line that is not indented starts something new. */
export const ofCode: readonly RegExp[] = [/\n(?=[^\s)\]}])/g, /\n/g, space];

/** How large a part may be: even ones, rather than full ones and a scrap at the end. */
export const evenRoom = (size: number, max: number): number =>
  Math.min(max, Math.ceil((size / Math.ceil(size / max)) * 1.25));

/** The parts, in order and with nothing lost: joined they are the text. Each has `max` UTF-16 units at most. */
export function cutText(text: string, max: number, ends: readonly RegExp[] = ofSentences): string[] {
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > max) {
    const rest = text.length - start;
    const room = evenRoom(rest, max);
    const end = start + cutAt(text.slice(start, start + room + 1), room, ends);
    parts.push(text.slice(start, end));
    start = end;
  }
  parts.push(text.slice(start));
  return parts;
}

/** A place in the second half of `room`; `window` has one unit more, which decides whether a pair is cut in two. */
function cutAt(window: string, room: number, ends: readonly RegExp[]): number {
  const half = Math.floor(room / 2);
  for (const end of ends) {
    let last = 0;
    for (const match of window.slice(0, room).matchAll(end)) last = match.index + match[0].length;
    if (last > half) return last;
  }
  return isPair(window, room - 1) ? room - 1 : room;
}
