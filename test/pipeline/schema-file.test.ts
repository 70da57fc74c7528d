import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Problem } from "../../src/core/problem.ts";
import { readSchemaFile } from "../../src/pipeline/schema-file.ts";
import { refusal } from "../support/refusal.ts";

const read = (value: unknown) => readSchemaFile(JSON.stringify(value, null, 2), "mine.json");
const refused = (text: string): Problem => refusal(() => readSchemaFile(text, "mine.json"), text);
const described = { description: "what it is" };

test("each type, with its limits as they are written, or as they are by default", () => {
  const own = {
    owner: { type: "string", description: " who looks\n after it ", required: true, max_length: 40 },
    note: { type: "string", ...described },
    score: { type: "number", ...described, min: 0 },
    urgent: { type: "boolean", ...described },
    teams: { type: "string[]", ...described, max_items: 3 },
    risk: { type: "enum", ...described, values: ["low", "high"] },
  };
  expect(read(own)).toEqual([
    { name: "owner", description: "who looks after it", required: true, kind: { type: "string", maxLength: 40 } },
    { name: "note", description: "what it is", required: false, kind: { type: "string", maxLength: 200 } },
    { name: "score", description: "what it is", required: false, kind: { type: "number", min: 0, max: null } },
    { name: "urgent", description: "what it is", required: false, kind: { type: "boolean" } },
    {
      ...{ name: "teams", description: "what it is", required: false },
      kind: { type: "string[]", maxLength: 60, maxItems: 3 },
    },
    { name: "risk", description: "what it is", required: false, kind: { type: "enum", values: ["low", "high"] } },
  ]);
});

const field = '{"type": "string", "description": "d"}';
const faults: readonly (readonly [text: string, line: number, what: RegExp])[] = [
  ["", 1, /no JSON/],
  ['{\n  "a": }', 2, /no JSON: value expected/],
  ['{\n  // a remark\n  "a": {}\n}', 2, /no JSON: invalid comment token/],
  [`{"a": ${field},\n}`, 2, /no JSON/],
  [`{"a": ${field}} {}`, 1, /no JSON/],
  ["[]", 1, /no object of fields/],
  ["{}", 1, /no field in it/],
  ["null", 1, /no object/],
  ['{\n"a":\n"string"}', 3, /^a: .*expected object/i],
  ['{"a": {\n"type": "text",\n"description": "d"}}', 2, /^a\.type: the type is one of/],
  ['{\n"a": {"type": "string"}}', 2, /^a\.description: it is missing/],
  ['{"a": {"type": "string",\n"description": " "}}', 2, /^a\.description: it is empty/],
  ['{"a": {"type": "string", "description": "d",\n"max_len": 3}}', 2, /^a\.max_len: there is no such setting/],
  ['{"a": {"type": "string", "description": "d",\n"max_length": 0}}', 2, /^a\.max_length: /],
  ['{"a": {"type": "string", "description": "d",\n"max_length": 1e9}}', 2, /^a\.max_length: /],
  ['{"a": {"type": "string", "description": "d",\n"required": "yes"}}', 2, /^a\.required: /],
  ['{"a": {"type": "enum", "description": "d",\n"values": ["one"]}}', 2, /^a\.values: /],
  ['{"a": {"type": "enum", "description": "d",\n"values": ["one",\n2]}}', 3, /^a\.values\.1: /],
  ['{"a":\n{"type": "enum", "description": "d", "values": ["one", "one"]}}', 2, /^a: a value is there twice/],
  ['{"a":\n{"type": "number", "description": "d", "min": 3, "max": 3}}', 2, /^a: min is not below max/],
  [`{"a": ${field},\n"a": ${field}}`, 2, /^a: it is there twice/],
  ['{"a": {"type": "string",\n"type": "number", "description": "d"}}', 2, /^a\.type: it is there twice/],
  [`{"a_b": ${field},\n"ab": ${field}}`, 2, /^ab: this is too near to a_b/],
  [`{\n"Risk": ${field}}`, 2, /^Risk: a name is/],
  [`{"__proto__": ${field}}`, 1, /^__proto__: a name is/],
  [`{"extra": ${field}}`, 1, /^extra: this is where/],
  [`{${Array.from({ length: 21 }, (_, i) => `"f${i}": ${field}`).join(",")}}`, 1, /^21 fields, at most 20/],
];

describe("a fault is told with its line and its place", () => {
  test.each([...faults])("%p", (text, line, what) => {
    const problem = refused(text);
    expect([problem.kind, problem.where]).toEqual(["bad_input", `mine.json:${line}`]);
    expect(problem.message).toMatch(what);
  });

  test("a name that would be taken for one of ours", () => {
    for (const name of ["summary", "tags", "keywords", "sentiment", "key_facts", "keyfacts", "importance_2"])
      expect(refused(`{"${name}": ${field}}`).message).toMatch(/taken for our own field/);
  });

  test("fields that together are no answer for a local model", () => {
    const large = '{"type": "string", "description": "d", "max_length": 1000}';
    const many = Array.from({ length: 20 }, (_, i) => `"part_${i}": ${large}`).join(",");
    expect(refused(`{${many}}`).message).toMatch(/too long/);
  });

  test("made-up files are taken or refused, and never more than that", () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const near = fc.dictionary(
      fc.constantFrom("a", "b", "tags", "__proto__"),
      fc.record(
        { type: fc.constantFrom("string", "enum", "x"), values: value, description: value },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          value.map((one) => JSON.stringify(one)),
          near.map((one) => JSON.stringify(one)),
        ),
        (text) => {
          try {
            readSchemaFile(text, "mine.json");
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(refused("[".repeat(60_000)).kind).toBe("bad_input");
    expect(refused(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`).kind).toBe("bad_input");
  });
});
