import { describe, expect, test } from "bun:test";
import type { Reference } from "../../src/eval/fields.ts";
import type { Pair } from "../../src/eval/pairs.ts";
import { compareAll, evaluationJson } from "../../src/eval/report.ts";
import { evaluationText } from "../../src/eval/report-text.ts";
import { type Candidate, differencesOf, scoresOf, type Taken } from "../../src/eval/scores.ts";
import { enrichment } from "../support/journal.ts";

const pairOf = (reference: Reference, i: number): Pair => ({ line: i + 1, text: "t", contentType: null, reference });
const pairs: readonly Pair[] = [
  { summary: "one two three", tags: ["a", "b"], importance: 2 },
  { summary: "one two three", tags: ["a"], importance: 4 },
  { summary: "one two three", importance: 6 },
  { summary: "one two three", importance: 8, intent: "debugging" as const },
  { summary: "one two three", importance: 9 },
].map(pairOf);

/** What came of the pairs one after the other; null: nothing of use. */
const candidate = (
  prompt: string | null,
  answers: readonly (Partial<typeof enrichment> | null)[],
  durationMs = 100,
): Candidate => ({
  ...{ backend: "openai", model: "/models/small.gguf", prompt },
  taken: answers.map((answer, pair): Taken => {
    const marks = answer?.summary?.startsWith("This chunk") === true ? ["filler"] : [];
    const given = answer === null ? null : { ...enrichment, ...answer };
    const tokens = { tokensIn: 10 * (pair + 1), tokensOut: null };
    return { pair, enrichment: given, atFirst: answer !== null && marks.length === 0, marks, durationMs, ...tokens };
  }),
});

const first = candidate("p-1", [
  { summary: "one two three", tags: ["A", "c"], importance: 3 },
  { summary: "This chunk", tags: [], importance: 3 },
  null,
  { summary: "one", importance: 9, intent: "reviewing" },
  { summary: "one two three", importance: 9 },
]);

describe("scores by hand", () => {
  const scores = scoresOf(first, pairs);
  test("shares and means", () => {
    expect(scores).toMatchObject({
      ...{ asked: 5, validFirstShare: 0.6, validShare: 0.8, fillerShare: 0.25, marks: { filler: 1 } },
      ...{ durationMs: { mean: 100, p50: 100 }, tokensIn: 30, tokensOut: null },
    });
  });
  test("an answer that is none agrees with nothing, and is not counted where no number would be fair", () => {
    // 1, 0 (this chunk), 0 (none), 1/2 (one word of three), 1.
    expect(scores?.fields.summary).toEqual({ measure: "rouge_l_f1", n: 5, value: 2.5 / 5 });
    // 1 of 2 given and 2 wanted; 0.
    expect(scores?.fields.tags).toEqual({ measure: "tags_f1", n: 2, value: 0.25 });
    expect(scores?.fields.intent).toEqual({ measure: "same_share", n: 1, value: 0 });
    // Apart by 1, 1, 1, 0; the deviations give r = 33 / √(36 · 32.75).
    const importance = scores?.fields.importance;
    expect(importance).toMatchObject({ measure: "mean_difference", n: 4, value: 0.75 });
    expect(importance?.correlation).toBeCloseTo(33 / Math.sqrt(36 * 32.75), 9);
    expect(scores?.fields.key_facts).toBeUndefined();
  });
  test("nothing asked is no score; what never varies has no correlation", () => {
    expect(scoresOf(candidate("p", []), pairs)).toBeNull();
    const constant = candidate("p", [{ importance: 5 }, { importance: 5 }, { importance: 5 }]);
    expect(scoresOf(constant, pairs)?.fields.importance?.correlation).toBeNull();
  });
});

describe("differences, on the texts that both were asked about", () => {
  const better = candidate("p-2", Array(5).fill({ summary: "one two three", importance: 6 }), 40);
  test("by hand, with what is better", () => {
    const found = differencesOf(first, better, pairs, 1);
    const of = (name: string) => found.find((one) => one.of === name);
    expect(of("summary")).toMatchObject({ n: 5, difference: 0.5, isBetter: true });
    expect(of("duration_ms")).toMatchObject({ n: 5, difference: -60, low: -60, isClear: true, isBetter: true });
    expect(of("valid_first")?.difference).toBeCloseTo(0.4, 9);
    expect(of("filler")).toMatchObject({ isBetter: true });
    // Of four importances, since one answer is none: too few.
    expect(of("importance")).toBeUndefined();
  });
  test("one that was stopped is compared as far as it came", () => {
    const stopped = candidate("p-3", [{ summary: "one two three" }]);
    expect(compareAll([first, stopped], pairs, 1)[1]?.differences).toEqual([]);
  });
});

describe("the report", () => {
  const better = candidate("p-2", Array(5).fill({ summary: "one two three", importance: 6 }), 40);
  const compared = compareAll([first, better, candidate(null, [])], pairs, 7);
  test("as JSON", () => {
    const now = { pairsFile: "pairs.jsonl", pairs: 5, seed: 7, isWhole: false, wallMs: 0 };
    const json = JSON.parse(JSON.stringify(evaluationJson(compared, now)));
    expect(json).toMatchObject({
      ...{ schema: "enrichd.eval/1", generated_at: "1970-01-01T00:00:00.000Z", pairs: 5, whole: false, seed: 7 },
      candidates: [
        { prompt: "p-1", asked: 5, valid_share: 0.8, fields: { summary: { value: 0.5 } }, differences: [] },
        { prompt: "p-2", duration_mean_ms: 40, tokens_out: null },
        { prompt: null, asked: 0, differences: [] },
      ],
    });
    expect(json.candidates[1].differences[0]).toMatchObject({ of: "valid_first", n: 5, better: true });
  });
  test("as a table, with the model's name alone", () => {
    const lines = evaluationText(compared, 7).split("\n");
    expect(lines[0]).toMatch(/^\| candidate +\| texts \| valid at first \| valid \| filler \| summary ROUGE-L \|/);
    expect(lines[2]).toMatch(/^\| openai small.gguf p-1 +\| +5 \| +60 % \| +80 % \| +25 % \| +0.500 \|/);
    expect(evaluationText(compared, 7)).toMatch(
      /\| openai small.gguf p-2 \| time a text +\| +−0.060 s +\| .* \| better +\|/,
    );
    expect(new Set(lines.slice(0, 4).map(({ length }) => length)).size).toBe(1);
    expect(evaluationText(compareAll([candidate("p", [])], pairs, 1), 1)).toBe("nothing was answered\n");
  });
});
