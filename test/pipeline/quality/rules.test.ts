import { describe, expect, test } from "bun:test";
import { promptNames, promptOf } from "../../../src/pipeline/prompts.ts";
import { faultsOf } from "../../../src/pipeline/quality/faults.ts";
import { ruleNames } from "../../../src/pipeline/quality/rule.ts";
import { rules } from "../../../src/pipeline/quality/rules.ts";
import { subjectOf } from "../../../src/pipeline/quality/subject.ts";
import { writtenByPeople } from "../../support/human-corpus.ts";
import { enrichment } from "../../support/journal.ts";
import { bad } from "./bad.ts";
import type { Example } from "./example.ts";
import { good } from "./good.ts";

const instructions = promptNames.map((name) => promptOf(name).system.content).join("\n\n");
/** Nothing in it that a rule could find, whatever the text. */
const plain = { ...enrichment, summary: "Nightly lock.", tags: [], primary_symbols: [] };

const namesOf = ([text, answer, history = []]: Example): string[] =>
  faultsOf({ ...plain, ...answer }, subjectOf(text, instructions), history).map(({ rule }) => rule.name);

test("each rule has its name, its examples, and words for the model", () => {
  expect(rules.map(({ name }) => name).toSorted()).toEqual([...ruleNames].toSorted());
  for (const { words } of rules) expect(words("found")).toContain("found");
});

for (const name of ruleNames) {
  describe(name, () => {
    for (const example of bad[name])
      test(`catches ${JSON.stringify(example[1]).slice(0, 100)}`, () => expect(namesOf(example)).toContain(name));
    for (const example of good[name])
      test(`lets through ${JSON.stringify(example[1]).slice(0, 100)}`, () =>
        expect(namesOf(example)).not.toContain(name));
  });
}

test("fewer than one in a hundred summaries that people wrote is a false alarm", () => {
  const written = writtenByPeople();
  const alarms = written.flatMap(({ from, text, summary, tags }) => {
    const faults = faultsOf({ ...plain, summary, tags: [...tags] }, subjectOf(text, instructions));
    return faults.map(({ rule, found }) => `${from}: ${rule.name} (${found}): ${summary}`);
  });
  const sources = Map.groupBy(written, ({ from }) => from.split(" ")[0]);
  const bySource = [...sources].map(([source, all]) => `${all.length} ${source}`).join(", ");
  const share = ((alarms.length / written.length) * 100).toFixed(2);
  console.log(`false alarms: ${alarms.length} of ${written.length} (${share} %; ${bySource})\n${alarms.join("\n")}`);
  expect(written.length).toBeGreaterThan(500);
  expect(alarms.length / written.length).toBeLessThan(0.01);
});

test("any text at all is judged, in time that is in proportion to it", () => {
  const hostile = [
    "\ud800",
    "\0",
    "a ".repeat(600_000),
    "中".repeat(400_000),
    "```\n".repeat(200_000),
    "#".repeat(1e6),
  ];
  for (const text of hostile) {
    const startedMs = performance.now();
    for (const summary of [text.slice(0, 500), "The lock was held too long by the writer of the nightly export."])
      expect(faultsOf({ ...enrichment, summary }, subjectOf(text, instructions))).toBeArray();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  }
});
