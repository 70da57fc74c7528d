/**
 * The rows of a source text into sections that become chunks: a definition each, small neighbours together, what is too
 * long cut between rows. Every row that is not blank is in exactly one. Pure.
 */

import { evenRoom } from "../cut.ts";
import type { Definition } from "./definitions.ts";

/** Rows from 0, both ends included; neither is blank. */
export interface Section {
  readonly start: number;
  readonly end: number;
  readonly names: readonly string[];
}

/** UTF-16 units. As much as a question shows of a chunk; a longer definition is cut. */
export const sectionMax = 4_000;
/** A class up to here is one section; a larger one is its members. */
export const wholeMax = 2_000;
/** What is smaller joins its neighbours, up to `groupMax`. */
const smallMax = 500;
const groupMax = 1_500;
/** The end of a class, a lone import: never a section of their own where there is another to join. */
const tinyMax = 120;

export function sectionsOf(rows: readonly string[], definitions: readonly Definition[]): Section[] {
  const sizes = sizesOf(rows);
  const size = ({ start, end }: Section): number => (sizes[end + 1] ?? 0) - (sizes[start] ?? 0);
  const parts = [...ranges(rows, definitions)].flatMap((part) =>
    size(part) > sectionMax ? cutSection(rows, part, sizes) : [part],
  );
  return grouped(parts, size);
}

/** The sum of the sizes before each row. */
function sizesOf(rows: readonly string[]): number[] {
  const sizes = [0];
  for (const [i, row] of rows.entries()) sizes.push((sizes[i] ?? 0) + row.length + 1);
  return sizes;
}

/** The definitions, and what stands between them. */
function* ranges(rows: readonly string[], definitions: readonly Definition[]): Generator<Section> {
  let next = 0;
  for (const { start, end, name } of definitions) {
    yield* solid(rows, next, start - 1, []);
    yield* solid(rows, Math.max(start, next), Math.min(end, rows.length - 1), name === "" ? [] : [name]);
    next = Math.max(next, end + 1);
  }
  yield* solid(rows, next, rows.length - 1, []);
}

const isBlank = (row: string | undefined): boolean => row === undefined || row.trim() === "";

/** Without blank rows at its ends; nothing where all are. */
function* solid(rows: readonly string[], from: number, to: number, names: readonly string[]): Generator<Section> {
  let [start, end] = [from, to];
  while (start <= end && isBlank(rows[start])) start++;
  while (end >= start && isBlank(rows[end])) end--;
  if (start <= end) yield { start, end, names };
}

function cutSection(rows: readonly string[], { start, end, names }: Section, sizes: readonly number[]): Section[] {
  const parts: Section[] = [];
  const size = (from: number, next: number): number => (sizes[next] ?? 0) - (sizes[from] ?? 0);
  const total = size(start, end + 1);
  const room = evenRoom(total, sectionMax);
  for (let from = start; from <= end; ) {
    let fits = from + 1;
    while (fits <= end && size(from, fits + 1) <= room) fits++;
    let half = from + 1;
    while (half < fits && size(from, half) < room / 2) half++;
    const next = fits > end ? fits : bestRow(rows, half, fits);
    parts.push(...solid(rows, from, next - 1, names));
    from = next;
  }
  return parts;
}

/** The one that is indented least, after a blank one if there is a choice, and the last of those. */
function bestRow(rows: readonly string[], first: number, last: number): number {
  let [best, least] = [last, Number.POSITIVE_INFINITY];
  for (let at = first; at <= last; at++) {
    const cost = costOf(rows, at);
    if (cost <= least) [best, least] = [at, cost];
  }
  return best;
}

/** A row that closes what is before it, or a blank one, is no beginning. */
function costOf(rows: readonly string[], at: number): number {
  const row = rows[at] ?? "";
  if (row.trim() === "" || /^\s*([)\]}>]|end\b)/.test(row)) return 1_000;
  return (row.length - row.trimStart().length) * 2 + (isBlank(rows[at - 1]) ? 0 : 1);
}

function grouped(parts: readonly Section[], size: (section: Section) => number): Section[] {
  const groups: Section[] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    const joined =
      last === undefined ? part : { start: last.start, end: part.end, names: [...last.names, ...part.names] };
    if (last !== undefined && belong(size(last), size(part), size(joined))) groups[groups.length - 1] = joined;
    else groups.push(part);
  }
  return groups.map((group) => ({ ...group, names: [...new Set(group.names)] }));
}

function belong(before: number, next: number, both: number): boolean {
  if (before <= tinyMax || next <= tinyMax) return both <= sectionMax + tinyMax;
  return next <= smallMax && before <= groupMax - smallMax && both <= groupMax;
}
