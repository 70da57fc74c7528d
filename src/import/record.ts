/** A line of JSON as a record, and what is in one, whatever its shape turns out to be. Pure. */

import type { Line, Output } from "./piece.ts";

export type JsonRecord = Readonly<Record<string, unknown>>;

const tooDeep = "JSON that is nested too deeply";

/** The record, or why it is none. A record of which nothing nested is kept needs no limit of its levels. */
export function recordIn(line: string, levelsMax?: number): JsonRecord | string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a JSON object";
    return levelsMax !== undefined && isDeeper(value, levelsMax) ? tooDeep : (value as JsonRecord);
  } catch (error) {
    return error instanceof RangeError ? tooDeep : "not valid JSON";
  }
}

/** One line after the other as records: a blank one is none, and what is no record is told. */
export const readsRecords =
  (problem: Output["problem"], read: (record: JsonRecord, number: number) => void, levelsMax?: number) =>
  ({ number, text }: Line): void => {
    if (text.trim() === "") return;
    const record = recordIn(text, levelsMax);
    if (typeof record === "string") problem(number, record);
    else read(record, number);
  };

function isDeeper(value: object, levels: number): boolean {
  if (levels === 0) return true;
  for (const inner of Object.values(value))
    if (typeof inner === "object" && inner !== null && isDeeper(inner, levels - 1)) return true;
  return false;
}

export const asRecord = (value: unknown): JsonRecord | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : null;

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text that is not blank. */
export const asText = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value : null;

/** A text that a column can hold and a person can read: not blank, whole characters, no NUL. */
export const asWord = (value: unknown): string | null =>
  asText(value) !== null && isClean(String(value)) ? String(value) : null;

export const isClean = (text: string): boolean => !text.includes("\0") && text.isWellFormed();
