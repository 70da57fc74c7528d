import { expect, test } from "bun:test";
import fc from "fast-check";
import { describe } from "../../src/backends/lexical/describe.ts";
import { lexicalBackend } from "../../src/backends/lexical.ts";
import { systemClock } from "../../src/core/clock.ts";
import { type Enrichment, enrichmentSchema, limits } from "../../src/core/enrichment.ts";
import { neverCancelled, question, replyOf } from "./asking.ts";

const backend = lexicalBackend({ clock: systemClock });
const contentTypes = [null, "ai_code", "stack_trace", "user_message", "assistant_text", "whatsapp"];

/** Within the schema and BrainLayer's lengths, every list without repeats and blanks. */
function check(described: Enrichment): void {
  expect(enrichmentSchema.parse(described)).toEqual(described);
  expect([...described.summary].length).toBeLessThanOrEqual(limits.summary);
  expect([...(described.version_scope ?? "")].length).toBeLessThanOrEqual(limits.versionScope);
  for (const query of described.resolved_queries) expect([...query].length).toBeLessThanOrEqual(limits.resolvedQuery);
  expect(described.summary).toMatch(/\S/);
  const { tags, primary_symbols, external_deps, key_facts, resolved_queries, sentiment_signals } = described;
  for (const list of [tags, primary_symbols, external_deps, key_facts, resolved_queries, sentiment_signals]) {
    expect(new Set(list).size).toBe(list.length);
    for (const entry of list) expect(entry.trim()).not.toBe("");
  }
  const strings = [described.summary, tags, primary_symbols, key_facts, resolved_queries, sentiment_signals].flat();
  expect(strings.filter((text) => !text.isWellFormed())).toEqual([]);
}

test("answers with a complete enrichment of the text, and counts no tokens", async () => {
  const text = "The pool opens a connection for each worker and closes it after a minute without work.";
  const reply = replyOf(await backend.ask(question(text), { signal: neverCancelled }));
  const described = JSON.parse(reply.text);
  check(described);
  expect(described.summary).toBe(text);
  expect(reply).toMatchObject({ model: "lexical-1", usage: null });
});

test("reads the text of the question, not its messages", async () => {
  const asked = question("Text of the chunk is here to be read.", { messages: [{ role: "user", content: "Other." }] });
  expect(replyOf(await backend.ask(asked, { signal: neverCancelled })).text).toContain("Text of the chunk");
});

test("lets timers and signals in between its answers", async () => {
  let answered = 0;
  const reason = new Error("enough");
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), 1);
  const asking = async (): Promise<void> => {
    for (; answered < 100_000; answered++) await backend.ask(question("A short text."), { signal: controller.signal });
  };
  await expect(asking()).rejects.toBe(reason);
  expect(answered).toBeLessThan(100_000);
  clearTimeout(timer);
});

test("whatever the text is, the description is within the schema, and the same again", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.lorem({ mode: "sentences", maxCount: 2 }),
    fc.constantFrom("# Title", "```ts", "```", "- item", "| a | b |", "<div>", "</div>", "---", "a: b", "> quote", ""),
    fc.constantFrom("Error: no", "    at f (a.ts:1:2)", "Traceback (most recent call last):", '  File "a.py", line 1'),
    fc.constantFrom(
      "const a = 1;",
      "def f(x):",
      "import a from 'b';",
      "/** One. */",
      '{"a": [1, 2]}',
      "A=1",
      "how to x?",
    ),
    fc.constantFrom(
      "constructor toString __proto__ hasOwnProperty",
      "Bun 1.4.5 is not good",
      "é中文。ภาษา",
      "\u0000\ud800",
    ),
  );
  const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, fc.constantFrom(...contentTypes), (given, contentType) => {
      const described = describe(given, contentType);
      check(described);
      expect(describe(given, contentType)).toEqual(described);
    }),
    { numRuns: 400 },
  );
});

/** What makes patterns that look back and forth take the square of the length. */
const units =
  "a|A|aA|_|a_|a.|a/|$|.|\\|'|\"|`|```\n|~|[|(|{|}|<|<a|</|#|# |#\n|* |- |- a\n|1. |\\||!|![|?|? |A. |:|a:|a: b\n|=|a=|@|a@|&|+|\t| |\n|\r\n|" +
  '\u0000|\ud800|中|字。|ก|א|👩‍👩‍👧‍👦|1|1.|12.3 |at a (|at a(b:1)\n|File "|Error: |a.Error|import |npm i a |from "|require(|def |/*|/** |*/|' +
  '// a b c d\n|"""|<!--|<br>|{"a":|[[|how to |not good |a 1.2 |TODO |public static |A b C d. |f(|f()|--|---\n|http://a.b/c |\u2028|\u200b';

test("takes the same short time for a megabyte of anything", () => {
  const slow: string[] = [];
  for (const unit of units.split(/(?<!\\)\|/)) {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    for (const contentType of [null, "ai_code", "stack_trace"]) {
      // Another process may have had the machine: what is slow by itself is so every time.
      let ms = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 6 && ms > 200; round++) {
        const startMs = performance.now();
        const described = describe(text, contentType);
        ms = Math.min(ms, performance.now() - startMs);
        if (round === 0) check(described);
      }
      if (ms > 200) slow.push(`${JSON.stringify(unit)} ${contentType}: ${ms} ms`);
    }
  }
  expect(slow).toEqual([]);
});
