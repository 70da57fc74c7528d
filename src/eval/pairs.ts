/** Pairs of a text and what a person says of it, out of JSONL: read strictly, a fault told with its line. Pure. */

import { z } from "zod";
import { enrichmentSchema } from "../core/enrichment.ts";
import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";
import type { Reference } from "./fields.ts";

export interface Pair {
  /** Of the file, from 1. */
  readonly line: number;
  readonly text: string;
  readonly contentType: string | null;
  readonly reference: Reference;
}

const { shape } = enrichmentSchema;
const fieldNames = Object.keys(shape);
/** A person's lists may be longer than ours, and a summary too: what is too much counts against nobody but the answer. */
const references = z.strictObject({
  ...shape,
  tags: z.array(z.string()),
  primary_symbols: z.array(z.string()),
  resolved_queries: z.array(z.string()),
  key_facts: z.array(z.string()),
  external_deps: z.array(z.string()),
  sentiment_signals: z.array(z.string()),
});
const pairSchema = z.object({
  text: z.string().refine((text) => text.trim() !== "", "it is empty"),
  content_type: z.string().nullish(),
  reference: z.union([z.string().trim().min(1), references.partial()]),
});

/** The first `max` pairs; a fault in any line is told all the same. Throws a Problem of kind `bad_input`. */
export function readPairs(text: string, path: string, max: number): Pair[] {
  const pairs = text.split("\n").flatMap((written, i) => (written.trim() === "" ? [] : [pairIn(written, i + 1, path)]));
  if (pairs.length === 0) throw bad("there is no pair in it", path, 1);
  return pairs.slice(0, max);
}

function pairIn(written: string, line: number, path: string): Pair {
  const parsed = pairSchema.safeParse(jsonIn(written, line, path));
  if (!parsed.success) throw bad(faultIn(parsed.error.issues), path, line);
  const { text, content_type, reference: said } = parsed.data;
  const reference = typeof said === "string" ? { summary: said } : (said as Reference);
  if (Object.keys(reference).length === 0) throw bad("reference: it says nothing", path, line);
  return { line, text, contentType: content_type ?? null, reference };
}

function jsonIn(written: string, line: number, path: string): unknown {
  try {
    return JSON.parse(written);
  } catch (error) {
    throw bad(`this line is no JSON: ${error instanceof Error ? error.message : error}`, path, line);
  }
}

/** Of a reference, what is wrong inside of it: that it is no text either says nothing. */
function faultIn(issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues;
  if (issue === undefined) return "it is not valid";
  if (issue.code === "invalid_union") {
    const inside = issue.errors.at(-1) ?? [];
    const deeper = inside.some(({ path, code }) => path.length > 0 || code === "unrecognized_keys");
    return deeper ? faultIn(inside.map((one) => ({ ...one, path: [...issue.path, ...one.path] }))) : isNeither;
  }
  const where = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const close = nearest(key, fieldNames);
    return `${where}: there is no field "${key}"${close === null ? "" : `; did you mean ${close}?`}`;
  }
  return where === "" ? "this line is no object" : `${where}: ${issue.message}`;
}

const isNeither = "reference: it is neither a summary nor an object of fields, or is missing";

function bad(what: string, path: string, line: number): Problem {
  const next =
    'each line is {"text": "…", "reference": {"summary": "…", "tags": ["…"]}}, or a summary as the reference';
  return new Problem("bad_input", what, `${path}:${line}`, next);
}
