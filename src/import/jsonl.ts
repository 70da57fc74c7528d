/** JSONL into pieces: one line, one chunk. Fields that a chunk has a place for go there, and the others are its metadata. */

import type { Fields, Output, Parser } from "./piece.ts";
import { asRecord, asWord, isClean, type JsonRecord, readsRecords } from "./record.ts";
import { timeOf } from "./time.ts";

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
  const read = (record: JsonRecord, number: number) => {
    const textName = textNames.find((name) => Object.hasOwn(record, name));
    if (textName === undefined) return problem(number, `no field ${textNames.join(" or ")}`);
    const { [idName]: id, [textName]: text, ...rest } = record;
    if (typeof text !== "string") return problem(number, `the field ${textName} is not a text`);
    if (!isClean(text)) return problem(number, "the text holds a NUL or half a character");
    if (text.trim() === "") return problem(number, "the text is blank");
    const known = idOf(id);
    if (known === undefined) return problem(number, `the field ${idName} is neither a short text nor a number`);
    piece({ text, line: number, lineEnd: number, headings: [], fields: fieldsOf(known, rest) });
  };

  return {
    line: readsRecords(problem, read, levelsMax),
    gap: () => {},
    end: () => {},
    // Each line stands for itself.
    state: () => null,
  };
}

/** Null: there is none. Undefined: it cannot be one. */
function idOf(id: unknown): string | null | undefined {
  if (id === undefined || id === null || id === "") return null;
  const text = typeof id === "number" || typeof id === "bigint" ? String(id) : id;
  return typeof text === "string" && text.trim() !== "" && text.length <= idCharsMax && isClean(text)
    ? text
    : undefined;
}

function fieldsOf(id: string | null, record: JsonRecord): Fields {
  const rest = new Map(Object.entries(record));
  function take<T>(name: string, read: (value: unknown) => T | null): T | null {
    const value = read(rest.get(name));
    // What cannot be used stays in the metadata, so that nothing is lost.
    if (value !== null) rest.delete(name);
    return value;
  }
  const found = {
    createdAt: take("created_at", timeOf),
    source: take("source", asWord),
    project: take("project", asWord),
    contentType: take("content_type", asWord),
    conversationId: take("conversation_id", (value) => asWord(typeof value === "number" ? String(value) : value)),
    position: take("position", (value) => (Number.isSafeInteger(value) ? Number(value) : null)),
    sender: take("sender", asWord),
    language: take("language", asWord),
  };
  const own = take("metadata", asRecord);
  return { id, ...found, metadata: { ...own, ...Object.fromEntries(rest) } };
}
