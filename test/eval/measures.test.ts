import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { apart, namesF1, rougeL, sameText, sentencesF1, tagsF1 } from "../../src/eval/measures.ts";
import { wordsOf } from "../../src/eval/words.ts";

describe("ROUGE-L", () => {
  /** As rouge-score 0.1.2 (Python, with its stemmer) gives them; the first two are Lin's of 2004, the third that package's own. */
  const published: readonly (readonly [reference: string, answer: string, value: number])[] = [
    ["police killed the gunman", "the gunman kill police", 0.5],
    ["police killed the gunman", "police kill the gunman", 1],
    ["testing one two", "testing", 0.5],
    ["The quick brown fox jumps over the lazy dog", "The quick brown dog jumps on the log.", 0.5882352941],
    [
      "Retries whole transactions when another program holds the lock.",
      "The writer retries a whole transaction while the lock is held by another program",
      0.4347826087,
    ],
    [
      "A fast, spec-compliant JSON parser for Node.js and browsers",
      "JSON parsing library for browsers and Node, fast and compliant with the spec",
      0.3333333333,
    ],
    ["Removes dependencies that nobody uses", "Unused dependencies are removed from package.json", 0.1666666667],
  ];
  test.each([...published])("%s | %s", (reference, answer, value) => {
    expect(rougeL(answer, reference)).toBeCloseTo(value, 9);
  });

  test("one for the same words, none for others, the same both ways round", () => {
    const texts = fc.array(fc.constantFrom("lock", "waits", "the", "Pool", "für", "é"), { maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const [one, two] = [a.join(" "), b.join(" ")];
        const value = rougeL(one, two);
        expect(value).toBe(rougeL(two, one));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (a.length > 0) expect(rougeL(one, one)).toBe(1);
        if (!a.some((word) => b.includes(word))) expect(value).toBe(0);
      }),
    );
  });
});

test("words are compared without case, signs and inflections, in any script", () => {
  expect(wordsOf("Connection-Pools: waiting, and waits!")).toEqual(["connect", "pool", "wait", "and", "wait"]);
  expect(wordsOf("ﬁle Größe")).toEqual(["file", "größe"]);
  expect(wordsOf("锁等待 ok")).toEqual(["锁", "等", "待", "ok"]);
  expect(wordsOf("...")).toEqual([]);
});

describe("lists and values, by hand", () => {
  test("tags by their stems", () => {
    // Shared: 2 of 3 given and 4 wanted.
    const wanted = ["connection-pool", "timeouts", "staging", "export"];
    expect(tagsF1(["Connection pools", "timeout", "database"], wanted)).toBeCloseTo((2 * 2) / 7, 9);
    expect(tagsF1(["sqlite", "SQLite", "sqlite"], ["sqlite"])).toBe(1);
    expect(tagsF1([], ["a"])).toBe(0);
    expect(tagsF1(["!"], [])).toBe(1);
  });
  test("names as they are, but for their case", () => {
    expect(namesF1(["maxConnections", "staging.toml"], ["MAXCONNECTIONS", "prod.toml"])).toBe(0.5);
    expect(namesF1(["max"], ["maxes"])).toBe(0);
  });
  test("sentences by all their words together, each once", () => {
    // Given: pool, was, 5. Wanted: the, pool, had, 5, connect. Shared: pool, 5.
    expect(sentencesF1(["Pool was 5."], ["The pool had 5", "connections"])).toBeCloseTo((2 * 2) / 8, 9);
    expect(sentencesF1([], [])).toBe(1);
  });
  test("texts are the same or not; numbers are apart", () => {
    expect([sameText("Debugging", "debugging"), sameText(null, null), sameText("v2", null)]).toEqual([1, 1, 0]);
    expect(apart(3, 7.5)).toBe(4.5);
  });
});
