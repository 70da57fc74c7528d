/**
 * The JSON Schema of an answer, for servers that enforce one, with all that the prompt asks for: a small model that
 * repeats itself for ever comes to the end of the object so, and not to that of its tokens. Pure.
 */

import { z } from "zod";
import { enrichmentSchema } from "../core/enrichment.ts";
import type { ExtraField, ExtraKind } from "../core/extra.ts";
import type { Field } from "./fields.ts";

type Schema = Readonly<Record<string, unknown>>;

const bounds: Readonly<Record<string, { readonly entries?: number; readonly length: number }>> = {
  summary: { length: 500 },
  tags: { entries: 8, length: 24 },
  primary_symbols: { entries: 6, length: 60 },
  resolved_queries: { entries: 3, length: 100 },
  key_facts: { entries: 4, length: 120 },
  version_scope: { length: 30 },
  external_deps: { entries: 4, length: 30 },
  sentiment_signals: { entries: 3, length: 20 },
};

/** Without `$schema`, for which strict servers have no use. */
const properties = z.toJSONSchema(enrichmentSchema, {
  target: "draft-7",
  override: ({ jsonSchema, path: [, field] }) => {
    const bound = bounds[field ?? ""];
    if (bound?.entries !== undefined && jsonSchema.type === "array") jsonSchema.maxItems = bound.entries;
    if (bound !== undefined && jsonSchema.type === "string") jsonSchema.maxLength = bound.length;
  },
}).properties as Readonly<Record<Field, Schema>>;

/** A server that enforces it has the model write the fields in this order. */
export function answerSchema(order: readonly Field[], extras: readonly ExtraField[]): Schema {
  const ours = order.map((name) => [name, properties[name]] as const);
  const theirs = extras.map((field) => [field.name, extraSchema(field)] as const);
  const all = [...ours, ...theirs];
  return {
    type: "object",
    properties: Object.fromEntries(all),
    required: all.map(([name]) => name),
    additionalProperties: false,
  };
}

/** Strict servers take no optional property: what may be left out may be null. */
function extraSchema({ kind, required }: ExtraField): Schema {
  const schema = kindSchema(kind);
  return required ? schema : { anyOf: [schema, { type: "null" }] };
}

function kindSchema(kind: ExtraKind): Schema {
  switch (kind.type) {
    case "string":
      return { type: "string", maxLength: kind.maxLength };
    case "number":
      return {
        type: "number",
        ...(kind.min === null ? {} : { minimum: kind.min }),
        ...(kind.max === null ? {} : { maximum: kind.max }),
      };
    case "boolean":
      return { type: "boolean" };
    case "string[]":
      return { type: "array", items: { type: "string", maxLength: kind.maxLength }, maxItems: kind.maxItems };
    case "enum":
      return { type: "string", enum: [...kind.values] };
  }
}

/** Twice what BrainLayer's users saw a description take; below it, good answers were cut. */
const ownTokens = 1_024;
/** English has some four characters to a token; other languages have fewer. */
const charsPerToken = 3;

/** How many tokens the longest answer of that schema may need. */
export function tokensFor(extras: readonly ExtraField[]): number {
  const chars = extras.map(({ name, kind }) => name.length + 6 + longestOf(kind));
  return ownTokens + Math.ceil(chars.reduce((sum, n) => sum + n, 0) / charsPerToken);
}

function longestOf(kind: ExtraKind): number {
  switch (kind.type) {
    case "string":
      return kind.maxLength;
    case "string[]":
      return (kind.maxLength + 4) * kind.maxItems;
    case "enum":
      return Math.max(...kind.values.map(({ length }) => length));
    default:
      return 20;
  }
}
