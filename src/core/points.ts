/** Text measured and cut in code points, as the limits of the columns are: half a surrogate pair is never left. Pure. */

/** How many code points; half a pair counts as one. */
export function pointsIn(text: string): number {
  let points = text.length;
  for (let at = 0; at < text.length - 1; at++) if (isPair(text, at)) points--;
  return points;
}

/** The first `max` code points. */
export function headOf(text: string, max: number): string {
  if (text.length <= max) return text;
  let at = 0;
  for (let points = 0; points < max && at < text.length; points++) at += isPair(text, at) ? 2 : 1;
  return text.slice(0, at);
}

/** The last `max` code points. */
export function tailOf(text: string, max: number): string {
  let at = text.length;
  for (let points = 0; points < max && at > 0; points++) at -= isPair(text, at - 2) ? 2 : 1;
  return text.slice(at);
}

/** Whether the unit at `at` and the next are one code point. */
export const isPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
