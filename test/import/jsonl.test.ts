import { describe, expect, test } from "bun:test";
import { read } from "./pieces.ts";

const fieldsOf = (record: object, names = {}) => read("jsonl", JSON.stringify(record), 1_000, names).pieces[0]?.fields;

describe("what a line says of itself", () => {
  const rows: readonly (readonly [object, object])[] = [
    [
      { text: "t", id: "a" },
      { id: "a", metadata: {} },
    ],
    [{ content: "t", id: 7 }, { id: "7" }],
    [{ text: "t", id: null }, { id: null }],
    [{ text: "t", content: "u" }, { metadata: { content: "u" } }],
    [
      { text: "t", project: "p", source: "s", sender: "me", language: "de", content_type: "user_message" },
      { project: "p", source: "s", sender: "me", language: "de", contentType: "user_message", metadata: {} },
    ],
    [
      { text: "t", conversation_id: 12, position: 3 },
      { conversationId: "12", position: 3 },
    ],
    [
      { text: "t", position: 1.5, project: "", conversation_id: {} },
      { position: null, project: null, metadata: { position: 1.5, project: "", conversation_id: {} } },
    ],
    [{ text: "t", metadata: { a: 1 }, b: [2] }, { metadata: { a: 1, b: [2] } }],
    [{ text: "t", metadata: "words" }, { metadata: { metadata: "words" } }],
    [{ text: "t", created_at: "2026-02-27T00:24:03.123456+00:00" }, { createdAt: "2026-02-27T00:24:03.123Z" }],
    [{ text: "t", created_at: "2026-02-27 00:24:03" }, { createdAt: "2026-02-27T00:24:03.000Z" }],
    [{ text: "t", created_at: "2026-02-27" }, { createdAt: "2026-02-27T00:00:00.000Z" }],
    [{ text: "t", created_at: 1_772_151_843 }, { createdAt: "2026-02-27T00:24:03.000Z" }],
    [{ text: "t", created_at: 1_772_151_843_123 }, { createdAt: "2026-02-27T00:24:03.123Z" }],
    [
      { text: "t", created_at: "yesterday" },
      { createdAt: null, metadata: { created_at: "yesterday" } },
    ],
  ];
  for (const [record, expected] of rows)
    test(JSON.stringify(record), () => expect(fieldsOf(record)).toMatchObject(expected));

  test("fields of other names", () => {
    expect(fieldsOf({ uuid: "u", body: "t", text: "other" }, { id: "uuid", text: "body" })).toMatchObject({
      id: "u",
      metadata: { text: "other" },
    });
  });

  test("__proto__ is a field like any other", () => {
    const [piece] = read("jsonl", '{"text":"t","__proto__":{"id":"x"},"constructor":1}').pieces;
    expect(piece?.fields?.id).toBeNull();
    expect(JSON.stringify(piece?.fields?.metadata)).toBe('{"__proto__":{"id":"x"},"constructor":1}');
  });
});

describe("what cannot be read is told, and the lines around it come through", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["{", "not valid JSON"],
    ['{"text":"t"', "not valid JSON"],
    ["[1]", "not a JSON object"],
    ["null", "not a JSON object"],
    ['"t"', "not a JSON object"],
    ['{"id":1}', "no field text or content"],
    ['{"text":1}', "the field text is not a text"],
    ['{"text":"  "}', "the text is blank"],
    ['{"text":"a\\u0000b"}', "the text holds a NUL or half a character"],
    ['{"text":"a\\ud800"}', "the text holds a NUL or half a character"],
    ['{"text":"t","id":{}}', "the field id is neither a short text nor a number"],
    ['{"text":"t","id":"a\\u0000"}', "the field id is neither a short text nor a number"],
    [`{"text":"t","id":"${"x".repeat(1_001)}"}`, "the field id is neither a short text nor a number"],
  ];
  for (const [line, reason] of rows)
    test(line.slice(0, 60), () => {
      const { pieces, problems } = read("jsonl", `{"text":"first"}\n${line}\n\n{"text":"last"}\n`);
      expect(problems).toEqual([`2: ${reason}`]);
      expect(pieces.map(({ text, line }) => `${line} ${text}`)).toEqual(["1 first", "4 last"]);
    });

  test("a line of 17 MiB, and lists in lists", () => {
    const nested = (levels: number): string => `{"text":"t","a":${"[".repeat(levels)}${"]".repeat(levels)}}\n`;
    const long = `{"text":"${"x".repeat(17 * 2 ** 20)}"}\n`;
    const { pieces, problems } = read("jsonl", [long, nested(10_000), nested(1e6), nested(400)].join(""));
    const deep = "JSON that is nested too deeply";
    expect(problems).toEqual(["1: longer than 16 MiB", `2: ${deep}`, `3: ${deep}`]);
    expect(pieces.map(({ line }) => line)).toEqual([4]);
  });
});
