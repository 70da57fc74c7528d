import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { type DescribingServer, describe as described, startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone, ended } from "../support/alone.ts";
import { schemaCheck } from "../support/json-schema.ts";
import { textOf } from "../support/target.ts";

let box: Alone;
let server: DescribingServer;
const texts = Array.from({ length: 6 }, (_, i) => textOf(i));
const linesOf = (pairs: readonly object[]): string => pairs.map((pair) => `${JSON.stringify(pair)}\n`).join("");
beforeAll(async () => {
  box = alone();
  server = await startModelServer();
  // What the scripted model answers, but for the importance, which is off by one.
  const pairs = texts.map((text) => {
    const { summary, tags, importance, intent } = described(text);
    return { text, reference: { summary, tags, importance: importance === 10 ? 9 : importance + 1, intent } };
  });
  writeFileSync(box.path("pairs.jsonl"), linesOf(pairs));
  writeFileSync(box.path("mine.md"), "Say it shortly, as JSON.");
});
afterAll(() => server.stop());

/** What is printed is what the schema says. */
const check = schemaCheck("eval");
function report(out: string) {
  const parsed = JSON.parse(out);
  expect(check(parsed)).toBeNull();
  return parsed;
}

const evaluate = (...args: string[]) => box.run("eval", "--pairs", "pairs.jsonl", "--url", server.url, ...args);

test("backends and prompts side by side, by the parts that a run asks with; no database is made", async () => {
  const { code, out, err } = await evaluate(
    ...["--backend", "openai", "--backend", "lexical", "--prompt", "full", "--prompt", "mine.md", "--json"],
  );
  expect([code, err]).toEqual([0, ""]);
  const { candidates, ...rest } = report(out);
  expect(rest).toMatchObject({ schema: "enrichd.eval/1", pairs_file: "pairs.jsonl", pairs: 6, whole: true, seed: 1 });
  expect(candidates.map(({ backend, model, prompt }: Record<string, string>) => [backend, model, prompt])).toEqual([
    ["openai", "scripted", expect.stringMatching(/^enrichd-full-\d+$/)],
    ["openai", "scripted", expect.stringMatching(/^mine-[0-9a-f]{8}$/)],
    ["lexical", expect.stringMatching(/^lexical-/), null],
  ]);
  expect(candidates[0]).toMatchObject({
    ...{ asked: 6, valid_first_share: 1, valid_share: 1, filler_share: 0, differences: [] },
    fields: {
      summary: { measure: "rouge_l_f1", n: 6, value: 1 },
      tags: { measure: "tags_f1", n: 6, value: 1 },
      intent: { measure: "same_share", n: 6, value: 1 },
      importance: { measure: "mean_difference", n: 6, value: 1 },
    },
  });
  expect(candidates[0].tokens_out).toBeGreaterThan(0);
  expect(candidates[2].fields.summary.value).toBeLessThan(1);
  expect(candidates[2].differences.find(({ of }: { of: string }) => of === "summary")).toMatchObject({
    n: 6,
    clear: true,
    better: false,
  });
  const asked = server.calls
    .filter(({ method }) => method === "POST")
    .map(({ body }) => JSON.parse(body).messages[0].content);
  expect(new Set(asked).size).toBe(2);
  expect(readdirSync(box.folder).toSorted()).toEqual(["enrichd", "mine.md", "pairs.jsonl"]);
});

test("as a table; --max takes the first of them", async () => {
  const { code, out } = await evaluate("--max", "2");
  expect(code).toBe(0);
  expect(out).toMatch(/^\| candidate +\| texts \| valid at first \|/);
  expect(out).toMatch(/\| openai scripted enrichd-full-\d+ \| +2 \| +100 % \|/);
});

test("what is mended counts as valid, and not as valid at first; what is never of use agrees with nothing", async () => {
  const pairs = ["@@poison*1 once", "@@poison always", "well"].map((text) => ({
    text: `${text}: ${textOf(9)}`,
    reference: "Well.",
  }));
  writeFileSync(box.path("bad.jsonl"), linesOf(pairs));
  const { code, out } = await box.run("eval", "--pairs", "bad.jsonl", "--url", server.url, "--json");
  expect(code).toBe(0);
  expect(report(out).candidates[0]).toMatchObject({
    asked: 3,
    valid_first_share: 1 / 3,
    valid_share: 2 / 3,
    fields: { summary: { n: 3 } },
  });
});

test("the gate stands as in a run: filler is sent back and counted; off, it is only counted", async () => {
  const filler = await startModelServer({ extra: () => ({ summary: "This chunk discusses a connection pool." }) });
  const ask = async (...args: string[]) => {
    const before = filler.counts.questions;
    const { out } = await box.run("eval", "--pairs", "pairs.jsonl", "--url", filler.url, "--json", ...args);
    return { ...report(out).candidates[0], questions: filler.counts.questions - before };
  };
  expect(await ask()).toMatchObject({ questions: 12, valid_first_share: 0, valid_share: 1, filler_share: 1 });
  expect(await ask("--quality", "strict")).toMatchObject({ questions: 12, valid_share: 0 });
  expect(await ask("--quality", "off")).toMatchObject({ questions: 6, valid_first_share: 1, filler_share: 1 });
  filler.stop();
});

describe("what there is so far is shown", () => {
  test("at Ctrl-C", async () => {
    const slow = await startModelServer({ latencyMs: 50, chunkOf: (question) => question });
    slow.manner = "well";
    const child = box.start("eval", "--pairs", "pairs.jsonl", "--url", slow.url, "--json");
    // The third question hangs.
    while (slow.counts.answered < 2) await Bun.sleep(5);
    slow.manner = "hang";
    while (slow.counts.inFlight === 0) await Bun.sleep(5);
    child.kill("SIGINT");
    const { code, out, err } = await ended(child);
    slow.stop();
    expect(code).toBe(130);
    const { whole, candidates } = report(out);
    expect(whole).toBe(false);
    expect(candidates[0].asked).toBeGreaterThanOrEqual(2);
    expect(candidates[0].asked).toBeLessThan(6);
    expect(err).toContain("so far");
  });

  test("several at a time are as many, and the table is the same", async () => {
    const wide = await startModelServer({ latencyMs: 100 });
    const ask = (...args: string[]) => box.run("eval", "--pairs", "pairs.jsonl", "--url", wide.url, "--json", ...args);
    const together = await ask("--parallel", "3");
    expect(wide.counts).toMatchObject({ inFlightMax: 3, answered: 6 });
    const [one, other] = [together, await ask()].map(({ out }) => report(out).candidates[0]);
    wide.stop();
    expect(one.fields).toEqual(other.fields);
  });

  test("when the server goes away, with 69", async () => {
    const leaving = await startModelServer();
    const pairs = [textOf(1), `${textOf(2)} @@429`].map((text) => ({ text, reference: "Well." }));
    writeFileSync(box.path("leaving.jsonl"), linesOf(pairs));
    const { code, out, err } = await box.run("eval", "--pairs", "leaving.jsonl", "--url", leaving.url, "--json");
    leaving.stop();
    expect(code).toBe(69);
    expect(report(out)).toMatchObject({ whole: false, candidates: [{ asked: 1 }] });
    expect(err).toContain("given up: overloaded");
  });
});

test("what cannot be evaluated is told, and nothing is asked", async () => {
  writeFileSync(box.path("line.jsonl"), `{"text": "a", "reference": "b"}\n{"text": "a"}\n`);
  writeFileSync(box.path("nothing.jsonl"), "\n");
  const before = server.calls.length;
  const cases = [
    [["eval", "--url", server.url], 2, "no pairs are named"],
    [["eval", "--pairs", "line.jsonl"], 65, "line.jsonl:2"],
    [["eval", "--pairs", "nothing.jsonl"], 65, "empty"],
    [["eval", "--pairs", "none.jsonl"], 66, "no such file"],
    [["eval", "--pairs", "."], 65, "folder"],
    [["eval", "--pairs", "pairs.jsonl", "--prompt", "shrot"], 2, "did you mean short?"],
    [["eval", "--pairs", "pairs.jsonl", "--backend", "gpt"], 2, "--backend"],
  ] as const;
  for (const [args, code, said] of cases) {
    const { code: actual, out, err } = await box.run(...args);
    expect([args, actual, out]).toEqual([args, code, ""]);
    expect(err).toContain(said);
  }
  expect(server.calls.length).toBe(before);
});
