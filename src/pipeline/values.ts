/** One value that a model wrote, as a clean text, a list or a number, whatever the form that it came in. Pure. */

import { limits } from "../core/enrichment.ts";
import { headOf } from "../core/points.ts";
import { type Json, unescaped } from "./json.ts";

/** The first text in a value; "" where there is none. */
function textOf(value: Json): string {
  if (value === null || typeof value === "string") return unescaped(value ?? "");
  for (const inner of value.values()) if (typeof inner === "string") return unescaped(inner);
  return "";
}

/** One line of clean text: no control characters, no half characters, no needless space. */
function clean(text: string, max: number): string {
  const line = text
    .toWellFormed()
    .replace(/[^\P{Cc}\s]+/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return headOf(line, max).trimEnd();
}

export const lineOf = (value: Json, max: number): string => clean(textOf(value), max);

/** Whether something was said: neither blank nor a placeholder such as "..." or "<one sentence>". */
export function saysSomething(value: Json | undefined): boolean {
  const line = lineOf(value ?? null, limits.summary);
  return /[\p{L}\p{N}\p{So}]/u.test(line) && !/^(?:<[^<>]*>|\{[^{}]*\}|\[[^[\]]*\])$/.test(line);
}

const nothing = /^(?:none|null|n\/a|na|nil|unknown|undefined|unspecified|not (?:applicable|specified)|-|)$/i;
export const orNull = (line: string): string | null => (nothing.test(line) ? null : line);

interface ListShape {
  readonly max: number;
  readonly length: number;
  /** Where one text stands for the whole list. */
  readonly splitAt: RegExp;
  readonly lower?: boolean;
}

export function listOf(value: Json, { max, length, splitAt, lower = false }: ListShape): string[] {
  const isText = typeof value === "string";
  const entries = isText ? textOf(value).split(splitAt) : [...(value?.values() ?? [])].map(textOf);
  const list = new Set<string>();
  for (const entry of entries) {
    const line = clean(lower ? entry.toLowerCase() : entry, length);
    const item = isText ? unmarked(line) : line;
    if (item !== "" && item !== "..." && item !== "…" && !(isText && nothing.test(item))) list.add(item);
    if (list.size === max) break;
  }
  return [...list];
}

/** Without the marks of a list around a line: bullets, brackets, quotes. */
function unmarked(line: string): string {
  let [from, to] = [0, line.length];
  while (from < to && " -*•#[\"'".includes(line.charAt(from))) from++;
  while (from < to && " ]\"'".includes(line.charAt(to - 1))) to--;
  return line.slice(from, to);
}

interface Range<N> {
  readonly min: number;
  readonly max: number;
  readonly neutral: N;
}

/** "8/10" and "about 8" are numbers too; NaN and Infinity say nothing, and are neutral. */
export function numberIn<N extends number | null>(value: Json, { min, max, neutral }: Range<N>): number | N {
  const text = lineOf(value, 100);
  const whole = text === "" ? Number.NaN : Number(text);
  const [, top = "", bottom] = /([-+]?\d+(?:\.\d+)?)(?: ?(?:\/|out of) ?(\d+))?/.exec(text) ?? [];
  const part =
    Number(bottom) > 0 && Number.isFinite(max) ? (Number(top) / Number(bottom)) * max : Number(top || Number.NaN);
  const number = Number.isNaN(whole) ? part : whole;
  return Number.isFinite(number) ? Math.min(max, Math.max(min, number)) + 0 : neutral;
}
