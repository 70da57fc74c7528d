import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Problem } from "../../src/core/problem.ts";
import { readPairs } from "../../src/eval/pairs.ts";

const read = (text: string, max = Number.POSITIVE_INFINITY) => readPairs(text, "pairs.jsonl", max);
function refused(text: string): readonly [string, string] {
  try {
    read(text, 1);
  } catch (error) {
    if (error instanceof Problem && error.kind === "bad_input") return [error.where, error.message];
    throw error;
  }
  throw new Error(`taken: ${text}`);
}
const good = '{"text": "a text", "reference": "What it says."}';

test("a summary alone, or any of our fields; blank lines and what else a line says are passed over", () => {
  const fields = { summary: "S", tags: ["a"], importance: 7, intent: "debugging", version_scope: null };
  const lines = [
    ...[good, "", '{"text": "b", "content_type": "user_message", "id": 7, "reference": {"tags": []}}\r'],
    JSON.stringify({ text: "c", reference: fields }),
  ];
  expect(read(lines.join("\n"))).toEqual([
    { line: 1, text: "a text", contentType: null, reference: { summary: "What it says." } },
    { line: 3, text: "b", contentType: "user_message", reference: { tags: [] } },
    { line: 4, text: "c", contentType: null, reference: fields as never },
  ]);
  expect(read(lines.join("\n"), 2)).toHaveLength(2);
});

const faults: readonly (readonly [line: string, what: RegExp])[] = [
  ["{", /^this line is no JSON/],
  ["[]", /object/],
  ["7", /this line is no object/],
  ['{"reference": "s"}', /^text: /],
  ['{"text": " ", "reference": "s"}', /^text: it is empty/],
  ['{"text": "a"}', /^reference: it is neither/],
  ['{"text": "a", "reference": ""}', /^reference: /],
  ['{"text": "a", "reference": 7}', /^reference: it is neither/],
  ['{"text": "a", "reference": {}}', /^reference: it says nothing/],
  ['{"text": "a", "reference": {"tag": ["b"]}}', /^reference: there is no field "tag"; did you mean tags\?/],
  ['{"text": "a", "reference": {"importance": 11}}', /^reference\.importance: /],
  ['{"text": "a", "reference": {"intent": "dancing"}}', /^reference\.intent: /],
  ['{"text": "a", "reference": {"tags": ["b", 3]}}', /^reference\.tags\.1: /],
];

describe("a fault is told with its line, also behind those that are wanted", () => {
  test.each([...faults])("%s", (line, what) => {
    const [where, message] = refused(`${good}\n\n${line}\n${good}`);
    expect(where).toBe("pairs.jsonl:3");
    expect(message).toMatch(what);
  });
  test("nothing at all", () => expect(refused("\n \n")).toEqual(["pairs.jsonl:1", "there is no pair in it"]));
  test("made-up lines are taken or refused, and never more than that", () => {
    const reference = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom("summary", "tags", "x"), fc.jsonValue()));
    const line = fc.oneof(
      fc.string(),
      fc.record({ text: fc.jsonValue(), reference }).map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(line, (text) => {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 500 },
    );
  });
});
