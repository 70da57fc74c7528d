import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Enrichment, limits } from "../../src/core/enrichment.ts";
import { readReply } from "../../src/pipeline/reply.ts";
import { described } from "../support/described.ts";
import { enrichment } from "../support/journal.ts";
import { manners } from "../support/manners.ts";

function read(text: string): Enrichment {
  const reply = readReply(text);
  if (!reply.ok) throw new Error(`${reply.failure.reason}: ${reply.failure.detail}`);
  return reply.value;
}

const changed = (change: object): string => JSON.stringify({ ...enrichment, ...change });
const importance = (written: string): number =>
  read(JSON.stringify(enrichment).replace(`"importance":${enrichment.importance}`, `"importance":${written}`))
    .importance;

describe("the same enrichment comes out, whatever it says", () => {
  for (const [manner, write] of Object.entries(manners))
    test(manner, () => {
      expect(read(write(enrichment))).toEqual(enrichment);
      fc.assert(
        fc.property(described, (one) => expect(read(write(one))).toEqual(one)),
        { numRuns: 60 },
      );
    });
});

describe("fields in another form", () => {
  const list = ["sqlite", "lock"];
  const rows: readonly (readonly [string, object, Partial<Enrichment>])[] = [
    ["tags as one text", { tags: "SQLite, lock" }, { tags: list }],
    ["tags as bullets", { tags: "- sqlite\n- #lock" }, { tags: list }],
    ["tags as a list in a text", { tags: "['sqlite', 'lock']" }, { tags: list }],
    ["tags twice", { tags: ["SQLite ", "lock", "sqlite", "", "..."] }, { tags: list }],
    ["tags as objects", { tags: [{ name: "sqlite" }, { name: "lock" }] }, { tags: list }],
    ["no dependencies, in words", { external_deps: "None" }, { external_deps: [] }],
    [
      "facts as one text",
      { key_facts: "1 is one, and odd.\n2 is even." },
      { key_facts: ["1 is one, and odd.", "2 is even."] },
    ],
    [
      "one question",
      { resolved_queries: undefined, resolved_query: "Why, and how?" },
      { resolved_queries: ["Why, and how?"] },
    ],
    ["an empty one beside it", { resolved_queries: ["Why?"], resolved_query: null }, { resolved_queries: ["Why?"] }],
    [
      "sentiment in itself",
      { sentiment_label: undefined, sentiment: { label: "Confused", score: "0.5" } },
      { sentiment_label: "confusion", sentiment_score: 0.5 },
    ],
    ["a version that is none", { version_scope: "N/A" }, { version_scope: null }],
    ["a version that is a number", { version_scope: 2.5 }, { version_scope: "2.5" }],
    ["a score out of range", { sentiment_score: -7 }, { sentiment_score: -1 }],
    ["an intent in other words", { intent: "Bug fixing" }, { intent: "debugging" }],
    ["several intents", { intent: "deciding | designing" }, { intent: "deciding" }],
    ["a list of intents", { intent: ["Implementation"] }, { intent: "implementing" }],
    ["an intent of its own", { intent: "gardening" }, { intent: "discussing" }],
    ["an epistemic level in other words", { epistemic_level: "not verified" }, { epistemic_level: "hypothesis" }],
    ["a debt in other words", { debt_impact: "No debt added" }, { debt_impact: "none" }],
  ];
  for (const [name, change, expected] of rows)
    test(name, () => expect(read(changed(change))).toEqual({ ...enrichment, ...expected }));
});

describe("importance", () => {
  const rows = [
    ...[
      ["8", 8],
      ['"8"', 8],
      ['"8/10"', 8],
      ['"4/5"', 8],
      ['"8 out of 10"', 8],
      ["7.5", 7.5],
      ["8 // of ten", 8],
    ],
    ...[
      ["0", 1],
      ["-3", 1],
      ["11", 10],
      ["1e3", 10],
      ['"about 6"', 6],
    ],
    // Never the highest: that is how a chunk about nothing came to the top.
    ...[
      ["NaN", 5],
      ['"NaN"', 5],
      ["Infinity", 5],
      ["-Infinity", 5],
      ["1e999", 5],
      ["null", 5],
      ['"some"', 5],
      ["[]", 5],
    ],
  ] as const;
  for (const [written, value] of rows) test(written, () => expect(importance(written)).toBe(value));
});

test("what is left out has a value that claims nothing; only a summary is needed", () => {
  expect(read('{"Summary": "The pool closes idle connections."}')).toEqual({
    ...{ summary: "The pool closes idle connections.", tags: [], importance: 5, intent: "discussing" },
    ...{ primary_symbols: [], resolved_queries: [], key_facts: [], epistemic_level: "hypothesis" },
    ...{ version_scope: null, debt_impact: "none", external_deps: [] },
    ...{ sentiment_label: "neutral", sentiment_score: 0, sentiment_signals: [] },
  });
});

test("what is too long is cut on a code point, what is too many is left out", () => {
  const many = Array.from({ length: 40 }, (_, i) => `${i}${"🦊".repeat(600)}`);
  const lists = { tags: many, primary_symbols: many, resolved_queries: many, key_facts: many, external_deps: many };
  const long = read(changed({ ...lists, summary: "🦊".repeat(900), version_scope: "🦊".repeat(900) }));
  expect([...long.summary]).toEqual(Array(limits.summary).fill("🦊"));
  expect(long.version_scope).toBe("🦊".repeat(limits.versionScope));
  expect(long.tags).toHaveLength(limits.tags);
  expect(long.primary_symbols).toHaveLength(limits.symbols);
  expect(long.resolved_queries.map((query) => [...query].length)).toEqual([500, 500, 500]);
  expect(JSON.stringify(long)).not.toMatch(/\\ud/);
});

describe("small faults inside of texts", () => {
  const rows = [
    ["a line break", '{"summary": "It holds\nthe\r\n\tlock."}', "It holds the lock."],
    ["quotes", '{"summary": "He said "no", then "go" and left", "tags": []}', 'He said "no", then "go" and left'],
    ["an apostrophe", "{'summary': 'It's Tom's lock', 'tags': ['a']}", "It's Tom's lock"],
    ["escapes that JSON lacks", String.raw`{"summary": "It\'s \_it\_: \d+ \u00e9 \u12"}`, "It's _it_: \\d+ é \\u12"],
    ["control characters", changed({ summary: "A\u0000 lo\u0085ck\u001b[31m is held" }), "A lock[31m is held"],
    ["half characters", changed({ summary: "A \ud800 lock" }), "A \ufffd lock"],
  ] as const;
  for (const [name, reply, summary] of rows) test(name, () => expect(read(reply).summary).toBe(summary));
});

describe("what is no enrichment, and what is wrong with it", () => {
  const rows = [
    ["", "empty", "it is empty"],
    [" \n", "empty", "it is empty"],
    ["I would rather not.", "not_json", "no valid JSON object"],
    ["{", "not_json", "no valid JSON object"],
    ['<think>It is {"summary": "a draft"}</think> I cannot say.', "not_json", "no valid JSON object"],
    ['{"summary": "cut in the mid', "not_json", "no valid JSON object"],
    ['{"summary": "The lock is held.", "tags": ["sqlite"', "not_json", "stops before its end"],
    ['{"tags": ["a"]}', "schema", '"summary" is missing'],
    ['{"summary": "..."}', "schema", '"summary" is empty'],
    ['{"summary": "<one sentence>"}', "schema", '"summary" is empty'],
    ['{"summary": null}', "schema", '"summary" is empty'],
  ] as const;
  for (const [reply, reason, detail] of rows)
    test(JSON.stringify(reply), () =>
      expect(readReply(reply)).toEqual({ ok: false, failure: { reason, detail: expect.stringContaining(detail) } }),
    );
});
