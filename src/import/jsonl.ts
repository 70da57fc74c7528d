/** JSONL into pieces: one line, one chunk. Fields that a chunk has a place for go there, and the others are its metadata. */

import type { Fields, Output, Parser } from "./piece.ts";

export interface FieldNames {
  /** Null: `id`. */
  readonly id: string | null;
  /** Null: `text`, else `content`. */
  readonly text: string | null;
}

const idCharsMax = 1_000;
/** SQLite takes JSON of 1,000 levels, and the stack of JSON.stringify ends somewhere too. */
const levelsMax = 500;

export function createJsonlParser({ piece, problem }: Output, names: FieldNames): Parser {
  const idName = names.id ?? "id";
  const textNames = names.text === null ? ["text", "content"] : [names.text];
  return {
    line: ({ number, text: line }) => {
      if (line.trim() === "") return;
      const record = parse(line);
      if (typeof record === "string") return problem(number, record);
      const textName = textNames.find((name) => Object.hasOwn(record, name));
      if (textName === undefined) return problem(number, `no field ${textNames.join(" or ")}`);
      const { [idName]: id, [textName]: text, ...rest } = record;
      if (typeof text !== "string") return problem(number, `the field ${textName} is not a text`);
      if (!isClean(text)) return problem(number, "the text holds a NUL or half a character");
      if (text.trim() === "") return problem(number, "the text is blank");
      const known = idOf(id);
      if (known === undefined) return problem(number, `the field ${idName} is neither a short text nor a number`);
      piece({ text, line: number, lineEnd: number, headings: [], fields: fieldsOf(known, rest) });
    },
    gap: () => {},
    end: () => {},
  };
}

function parse(line: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a JSON object";
    if (isDeeper(value, levelsMax)) return tooDeep;
    return value as Record<string, unknown>;
  } catch (error) {
    return error instanceof RangeError ? tooDeep : "not valid JSON";
  }
}

const tooDeep = "JSON that is nested too deeply";

function isDeeper(value: object, levels: number): boolean {
  if (levels === 0) return true;
  for (const inner of Object.values(value))
    if (typeof inner === "object" && inner !== null && isDeeper(inner, levels - 1)) return true;
  return false;
}

/** Null: there is none. Undefined: it cannot be one. */
function idOf(id: unknown): string | null | undefined {
  if (id === undefined || id === null || id === "") return null;
  const text = typeof id === "number" || typeof id === "bigint" ? String(id) : id;
  return typeof text === "string" && text.trim() !== "" && text.length <= idCharsMax && isClean(text)
    ? text
    : undefined;
}

function fieldsOf(id: string | null, record: Record<string, unknown>): Fields {
  const rest = new Map(Object.entries(record));
  function take<T>(name: string, read: (value: unknown) => T | null): T | null {
    const value = read(rest.get(name));
    // What cannot be used stays in the metadata, so that nothing is lost.
    if (value !== null) rest.delete(name);
    return value;
  }
  const found = {
    createdAt: take("created_at", timeOf),
    source: take("source", wordOf),
    project: take("project", wordOf),
    contentType: take("content_type", wordOf),
    conversationId: take("conversation_id", (value) => wordOf(typeof value === "number" ? String(value) : value)),
    position: take("position", (value) => (Number.isSafeInteger(value) ? Number(value) : null)),
    sender: take("sender", wordOf),
    language: take("language", wordOf),
  };
  const own = take("metadata", (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null,
  );
  return { id, ...found, metadata: { ...own, ...Object.fromEntries(rest) } };
}

const isClean = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

const wordOf = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" && isClean(value) ? value : null;

/** As ISO 8601 in UTC; a number is seconds, or milliseconds where seconds would be far in the future. */
function timeOf(value: unknown): string | null {
  const ms =
    typeof value === "string"
      ? isoMs(value)
      : typeof value === "number"
        ? value * (Math.abs(value) < 1e11 ? 1_000 : 1)
        : Number.NaN;
  const time = new Date(ms);
  const year = time.getUTCFullYear();
  return year >= 1_000 && year <= 9_999 ? time.toISOString() : null;
}

/** A time without a zone is UTC, as BrainLayer writes it; Date.parse would take this machine's zone, and takes words. */
function isoMs(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (match === null) return Number.NaN;
  const [, day = "", time = "00:00", zone = "Z"] = match;
  return Date.parse(`${day}T${time}${zone}`);
}
