import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createValueReader } from "../../../src/import/conversation/json-values.ts";

interface Heard {
  readonly values: unknown[];
  readonly refused: string[];
  readonly broken: string[];
}

function hear(text: string | Uint8Array, blockBytes = 65_536): Heard {
  const heard: Heard = { values: [], refused: [], broken: [] };
  const reader = createValueReader({
    value: (value) => heard.values.push(value),
    refused: (number, reason) => heard.refused.push(`${number}: ${reason}`),
    broken: (reason) => heard.broken.push(reason),
  });
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += blockBytes) reader.write(bytes.slice(at, at + blockBytes));
  reader.end();
  return heard;
}

describe("where the values are", () => {
  const rows: readonly (readonly [string, readonly unknown[]])[] = [
    ["", []],
    ["[]", []],
    ['[{"a":1},{"b":[{}]}]', [{ a: 1 }, { b: [{}] }]],
    ['{"a":{"conversations":[1]},"mapping":{}}', [{ a: { conversations: [1] }, mapping: {} }]],
    ['{"account":{"id":[1]},"conversations":[{"a":1},{"a":2}],"more":[{}],"x":"y"}', [{ a: 1 }, { a: 2 }]],
    ['{"a":"conversations","b":[1]}', [{ a: "conversations", b: [1] }]],
    ['{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['[[1],"t",null,7]', [[1], "t", null, 7]],
    ['\uFEFF[{"__proto__":{"a":1}}]', [JSON.parse('{"__proto__":{"a":1}}')]],
  ];
  for (const [text, values] of rows)
    test(text, () => {
      for (const block of [1, 3, 1_000])
        expect(hear(text, block)).toEqual({ values: [...values], refused: [], broken: [] });
    });

  test("as JSON.parse reads them, however the bytes are cut", () => {
    const list = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), { maxLength: 5 });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 50 }), fc.constantFrom(undefined, 1), (values, block, indent) => {
        const text = JSON.stringify(values, null, indent);
        expect(hear(text, block)).toEqual({ values: JSON.parse(text), refused: [], broken: [] });
      }),
      { numRuns: 200 },
    );
  });
});

describe("what cannot be read", () => {
  test("values before a fault come through", () => {
    for (const [text, reason] of [
      ['[{"a":1},{"a":', "the JSON ends in the middle"],
      ['[{"a":1},{"a" 2}]', "not valid JSON"],
      ['[{"a":1},{a:2}]', "not valid JSON"],
    ] as const) {
      const { values, broken } = hear(text);
      expect([values, broken.length]).toEqual([[{ a: 1 }], 1]);
      expect(broken[0]).toContain(reason);
    }
  });

  test("a value of more than 32 MiB is left out, and the next ones come through", () => {
    const large = JSON.stringify({ list: Array.from({ length: 40 }, () => "x".repeat(2 ** 20)) });
    const { values, refused, broken } = hear(`[{"a":1},${large},{"a":2}]`);
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
    expect(refused).toEqual(["2: more than 32 MiB"]);
    expect(broken).toEqual([]);
  });

  test("a text without an end is not held for ever", () => {
    const reader = hear(`[{"a":1},{"b":"${"x".repeat(70 * 2 ** 20)}`);
    expect(reader.values).toEqual([{ a: 1 }]);
    expect(reader.broken).toEqual(["a text of more than 32 MiB"]);
  });

  test("a hundred thousand levels are no harm", () => {
    const deep = `${"[".repeat(1e5)}${"]".repeat(1e5)}`;
    expect(hear(`[{"a":${deep}},{"b":1}]`).values).toHaveLength(2);
  });
});
