/** A file with fields of people's own as the fields: read strictly, each fault told with its line and its place. Pure. */

import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { z } from "zod";
import type { ExtraField } from "../core/extra.ts";
import { Problem } from "../core/problem.ts";
import { tokensFor } from "./answer-schema.ts";
import { plainName } from "./extra.ts";
import { ownFieldMeant } from "./fields.ts";

const fieldsMax = 20;
/** What all fields together may take of an answer: local models have little more. */
const tokensMax = 4_096;
/** A field is two deep, and its list of values three. */
const depthMax = 20;

const oneLine = (max: number) =>
  z
    .string()
    .transform((text) => text.replace(/\s+/g, " ").trim())
    .pipe(z.string().min(1, "it is empty").max(max));
const shared = { description: oneLine(300), required: z.boolean().default(false) };
const length = (usual: number, max: number) => z.int().min(1).max(max).default(usual);
const bound = z.number().nullable().default(null);

const fieldSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("string"), ...shared, max_length: length(200, 1_000) }),
  z.strictObject({ type: z.literal("number"), ...shared, min: bound, max: bound }),
  z.strictObject({ type: z.literal("boolean"), ...shared }),
  z.strictObject({ type: z.literal("string[]"), ...shared, max_length: length(60, 200), max_items: length(6, 20) }),
  z.strictObject({ type: z.literal("enum"), ...shared, values: z.array(oneLine(60)).min(2).max(30) }),
]);
type Written = z.infer<typeof fieldSchema>;

/** Throws a Problem of kind `bad_input` for the first fault, as `path:line`. */
export function readSchemaFile(text: string, path: string): ExtraField[] {
  const tree = treeOf(text, path);
  const refuse = (node: Node, at: readonly string[], what: string): never => {
    throw faultAt(text, path, node.offset, at.length === 0 ? what : `${at.join(".")}: ${what}`);
  };
  if (tree.type !== "object") return refuse(tree, [], "this is no object of fields");
  noneTwice(tree, [], refuse);
  const entries = propertiesOf(tree);
  if (entries.length === 0) return refuse(tree, [], "there is no field in it");
  if (entries.length > fieldsMax) return refuse(tree, [], `${entries.length} fields, at most ${fieldsMax}`);
  const taken = new Map<string, string>();
  const fields = entries.map(({ name, node, value }) => {
    const why = whyNot(name, taken);
    if (why !== null) return refuse(node, [name], why);
    taken.set(plainName(name), name);
    const parsed = fieldSchema.safeParse(valueOfNode(value));
    if (parsed.success) return fieldOf(name, parsed.data, (what) => refuse(value, [name], what));
    const [issue] = parsed.error.issues;
    const inside = (issue?.path ?? []).map((part) => (typeof part === "number" ? part : String(part)));
    const extra = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const where = findNodeAtLocation(value, [...inside, ...extra]);
    const what = where === undefined ? "it is missing" : saidOf(issue);
    return refuse(where ?? value, [name, ...inside.map(String), ...extra], what);
  });
  if (tokensFor(fields) - tokensFor([]) > tokensMax)
    return refuse(
      tree,
      [],
      "the longest answer would be too long: lower max_length, max_items, or the number of fields",
    );
  return fields;
}

function saidOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "unrecognized_keys") return "there is no such setting for this type";
  if (issue?.code === "invalid_union") return 'the type is one of "string", "number", "boolean", "string[]", "enum"';
  return issue?.message ?? "it is not valid";
}

/** Whatever a model might take for one of ours would be lost there. */
function whyNot(name: string, taken: ReadonlyMap<string, string>): string | null {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) return "a name is 1 to 40 small letters, digits and _, a letter first";
  const ours = ownFieldMeant(name);
  if (ours !== null) return `this would be taken for our own field ${ours}: choose another name`;
  if (name === "extra") return "this is where the fields are kept: choose another name";
  const other = taken.get(plainName(name));
  return other === undefined ? null : `this is too near to ${other}: choose another name`;
}

function fieldOf(name: string, written: Written, refuse: (what: string) => never): ExtraField {
  const field = { name, description: written.description, required: written.required };
  switch (written.type) {
    case "string":
      return { ...field, kind: { type: "string", maxLength: written.max_length } };
    case "number": {
      const { min, max } = written;
      if (min !== null && max !== null && min >= max) return refuse("min is not below max");
      return { ...field, kind: { type: "number", min, max } };
    }
    case "boolean":
      return { ...field, kind: { type: "boolean" } };
    case "string[]":
      return { ...field, kind: { type: "string[]", maxLength: written.max_length, maxItems: written.max_items } };
    case "enum":
      if (new Set(written.values).size < written.values.length) return refuse("a value is there twice");
      return { ...field, kind: { type: "enum", values: written.values } };
  }
}

function treeOf(text: string, path: string): Node {
  if (isDeep(text)) throw faultAt(text, path, 0, "there are more brackets in one another than any field has");
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first !== undefined) {
    const code = printParseErrorCode(first.error)
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
      .toLowerCase();
    throw faultAt(text, path, first.offset, `this is no JSON: ${code}`);
  }
  if (tree === undefined) throw faultAt(text, path, 0, "this is no JSON");
  return tree;
}

/** The parser calls itself for each bracket, and some thousands are too many for it. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, "").matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth > depthMax) return true;
  }
  return false;
}

function faultAt(text: string, path: string, offset: number, what: string): Problem {
  const line = text.slice(0, offset).split("\n").length;
  const next = 'write it as {"risk": {"type": "enum", "values": ["low", "high"], "description": "…"}}';
  return new Problem("bad_input", what, `${path}:${line}`, next);
}

interface Property {
  readonly name: string;
  readonly node: Node;
  readonly value: Node;
}

function propertiesOf(node: Node): Property[] {
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [{ name: String(key.value), node: property, value }];
  });
}

/** A parser takes the last of two, and nobody learns of the first. */
function noneTwice(
  node: Node,
  at: readonly string[],
  refuse: (node: Node, at: readonly string[], what: string) => never,
) {
  const seen = new Set<string>();
  for (const { name, node: property, value } of node.type === "object" ? propertiesOf(node) : []) {
    if (seen.has(name)) refuse(property, [...at, name], "it is there twice");
    seen.add(name);
    noneTwice(value, [...at, name], refuse);
  }
}

/** Names of a person's own are data here: `__proto__` too. */
function valueOfNode(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(valueOfNode);
  if (node.type !== "object") return node.value;
  return Object.fromEntries(propertiesOf(node).map(({ name, value }) => [name, valueOfNode(value)]));
}
