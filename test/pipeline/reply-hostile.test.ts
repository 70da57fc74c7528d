import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { enrichmentSchema } from "../../src/core/enrichment.ts";
import { readReply } from "../../src/pipeline/reply.ts";
import { enrichment } from "../support/journal.ts";

test("whatever it is given, it never throws, and what it accepts is valid", () => {
  const pieces = fc.constantFrom(
    ...[
      '{"summary": "Text.',
      '"',
      "'",
      "}",
      "{",
      "[",
      "]",
      ",",
      ":",
      "\n",
      "\\",
      "null",
      "NaN",
      "-1e9",
      "//",
      "/*",
      "*/",
    ],
    ...[
      "<think>",
      "</think>",
      "```",
      '"tags": [',
      '"importance": ',
      '"__proto__": ',
      "\0",
      "\ud800",
      "🦊",
      " ",
      '{"a": ',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json().map((text) => `x {"summary": ${text}, "tags": ${text}, "sentiment": ${text}} y`),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const reply = readReply(text);
      if (reply.ok) expect(enrichmentSchema.parse(reply.value)).toEqual(reply.value);
    }),
    { numRuns: 3_000 },
  );
});

describe("1 MB that is made to be slow is read in under 50 ms", () => {
  const parts = [
    ...[
      "{",
      "}",
      "[",
      '"',
      "'",
      "\\",
      " ",
      '{"',
      "{'",
      '{"a":',
      '{"a":{',
      '{"a":[',
      '{"a":"',
      '{"a":1,',
      "{a:",
      "{a",
      "{}",
    ],
    ...["{/*", "{//", '{"a" ', '{"a":"b" ', '{"\\', '{"\\u', "{ ", "`{", "<think>{", "</think>", '{"a":-', '"{', '[{"'],
    ...[
      '{"summary":"',
      '{"summary":"x"}',
      '{"a":" , "',
      '{"a":"b"\n\n',
      '{"a":"x"\n"',
      '{"a":"b","',
      "{a:1}",
      "{a:[1]}",
    ],
    ...[
      `{"summary":"${"\n".repeat(30)}`,
      `{"summary":"${"\\n".repeat(200)}"}`,
      `{${" ".repeat(90)}`,
      JSON.stringify(enrichment),
    ],
  ];
  const beginnings = ["", '{"summary":"', '{"tags":["', "{"];
  /** Of three, the fastest: what other processes take of the machine is not the reader's. */
  function shortestMs(text: string): number {
    const tries = [0, 1, 2].map(() => {
      const startMs = performance.now();
      readReply(text);
      return performance.now() - startMs;
    });
    return Math.min(...tries);
  }
  for (const part of parts)
    test(JSON.stringify(part).slice(0, 60), () => {
      for (const beginning of beginnings) {
        const text = beginning + part.repeat(1_000_000 / part.length);
        expect(shortestMs(text)).toBeLessThan(50);
      }
    });

  test("put together by chance", () => {
    const texts = fc.array(fc.constantFrom(...parts, ..."{}[]\"',:\\\n a1"), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(texts, (pieces) => {
        const piece = pieces.join("");
        expect(shortestMs(piece.repeat(Math.ceil(1_000_000 / piece.length)))).toBeLessThan(50);
      }),
      { numRuns: 60 },
    );
  });
});

test("an answer behind 1 MB of anything is found, also behind braces", () => {
  const answer = JSON.stringify(enrichment);
  for (const part of ["so ", "{ ", "{a ", "{}", "{{x}} "])
    expect(readReply(part.repeat(1_000_000 / part.length) + answer)).toEqual({ ok: true, value: enrichment });
});
