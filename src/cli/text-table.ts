/** Tables of names, numbers and bars for the terminal, as wide as it is, coloured where that is wanted. Pure. */

import { styleText } from "node:util";
import { bar, count } from "../core/format.ts";

export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
}

export type Entry = readonly [name: string, n: number];

/** Of a section; what is beyond is in the JSON, and in `--by`. */
const listedMax = 8;
const numberCells = 11;
/** The bar with its percentage and the gaps: left out where there is no room for it. */
const shareCells = 23;
const [labelMin, labelMax] = [14, 44];

const isWide = ({ width }: TextStyle): boolean => width >= 2 + labelMin + 1 + numberCells + shareCells;

function labelCells(style: TextStyle): number {
  const left = style.width - 3 - numberCells - (isWide(style) ? shareCells : 0);
  return Math.max(labelMin, Math.min(labelMax, left));
}

export const heading = (title: string, { color }: TextStyle): string =>
  color ? styleText("bold", title, { validateStream: false }) : title;

export function table(entries: readonly Entry[], whole: number, style: TextStyle): string[] {
  return entries.map(([label, n]) => {
    const start = row(label, n, style);
    if (!isWide(style)) return start;
    const share = whole === 0 ? 0 : n / whole;
    return `${start}  ${painted(bar(share, 12), style)} ${`${(share * 100).toFixed(1)} %`.padStart(7)}`;
  });
}

export const row = (label: string, n: number, style: TextStyle): string =>
  `  ${fit(label, style)} ${count(n).padStart(numberCells)}`;

export const painted = (text: string, { color }: TextStyle): string =>
  color ? styleText("cyan", text, { validateStream: false }) : text;

export const alarmed = (text: string, { color }: TextStyle): string =>
  color ? styleText("yellow", text, { validateStream: false }) : text;

/** A title with the first entries that are more than none; nothing where there are none. `by`: what shows them all. */
export function section(
  title: string,
  entries: readonly Entry[],
  whole: number,
  style: TextStyle,
  by?: string,
): string[] {
  const filled = entries.filter(([, n]) => n > 0);
  if (filled.length === 0) return [];
  const left = filled.length - listedMax;
  const more = left > 0 ? [`  and ${left} more: ${by === undefined ? "--json has them" : `--by ${by}`}`] : [];
  return ["", heading(title, style), ...table(filled.slice(0, listedMax), whole, style), ...more];
}

/** The end of a long name says more than its beginning: names are often paths. */
export function fit(label: string, style: TextStyle): string {
  const cells = labelCells(style);
  const points = [...label.replace(/\p{Cc}/gu, " ")];
  const cut = points.length > cells ? `…${points.slice(1 - cells).join("")}` : points.join("");
  return cut.padEnd(cells);
}
