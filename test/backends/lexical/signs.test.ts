import { expect, test } from "bun:test";
import { describe } from "../../../src/backends/lexical/describe.ts";

const decided =
  "We looked at Postgres and SQLite for the journal. We decided to go with SQLite because there is one writer and no server to run.";

test.each([
  ["deciding", decided],
  ["debugging", "Why is the build failing? It crashes with a TypeError, and I cannot find the root cause of this bug."],
  ["reviewing", "Review of the pull request: two findings. Nit: rename it. Otherwise it looks good, I approve."],
  ["configuring", "Set the environment variables in .env, then install the service with docker and restart nginx."],
  [
    "designing",
    "The architecture has three layers. Each component is a state machine behind a clear abstraction boundary.",
  ],
  ["discussing", "Hello! What do you think about the meeting tomorrow?"],
] as const)("the intent %s is known by its words", (intent, text) => {
  expect(describe(text, "user_message").intent).toBe(intent);
});

test("importance is spread: a greeting is worth little, a decision about data loss much", () => {
  const of = (text: string): number => describe(text, "assistant_text").importance;
  const critical =
    `${decided} This must never lead to data loss in production: corruption is a critical incident. `.repeat(3);
  expect(of("ok thanks")).toBeLessThanOrEqual(2);
  expect(of(decided)).toBeGreaterThan(of("It was nice to see all of you at the lake on Sunday, the weather was good."));
  expect(of(critical)).toBeGreaterThanOrEqual(8);
});

test.each([
  ["frustration", "this is still broken, I hate it, again and again the same awful crash"],
  ["satisfaction", "thanks, it works now! great job"],
  ["positive", "What a lovely and beautiful idea, I am excited."],
  ["confusion", "I don't understand what this means, it is unclear to me"],
  ["neutral", "The error handler kills the process when the limit is critical and the connection failed."],
] as const)("the mood %s rests on words of the text", (label, text) => {
  const { sentiment_label, sentiment_score, sentiment_signals } = describe(text, "user_message");
  expect(sentiment_label).toBe(label);
  expect(Math.sign(sentiment_score)).toBe(
    { frustration: -1, confusion: -1, satisfaction: 1, positive: 1, neutral: 0 }[label],
  );
  for (const signal of sentiment_signals) expect(text.toLowerCase()).toContain(signal.replace("not ", ""));
});

test("a word that is denied counts for the contrary", () => {
  expect(describe("This is not good at all, not beautiful either.", "user_message").sentiment_score).toBeLessThan(0);
});

test("how sure a text is, and what it does to debt, is read from its words", () => {
  const of = (text: string) => describe(text, "assistant_text");
  expect(of("Maybe the lock is held by another process, I think; it might be the indexer.").epistemic_level).toBe(
    "hypothesis",
  );
  expect(of("I verified it: all 42 tests pass and the fix is confirmed.").epistemic_level).toBe("validated");
  expect(of("The pool holds four connections.").epistemic_level).toBe("substantiated");
  expect(of("A workaround for now: the path is hard-coded.").debt_impact).toBe("introduction");
  expect(of("Refactored the loader and removed dead code.").debt_impact).toBe("resolution");
  expect(of("The pool holds four connections.").debt_impact).toBe("none");
});

test("a version is taken with its name, a number with a unit is none", () => {
  const of = (text: string): string | null => describe(text, null).version_scope;
  expect(of("It happens with Bun 1.4.5 on Linux.")).toBe("Bun 1.4.5");
  expect(of("Use zod@4.6.7 here.")).toBe("zod 4.6.7");
  expect(of("It took about 1.5 seconds, in 2.5 MB.")).toBeNull();
});

test("a question that the text asks or answers is kept, and no other is made up", () => {
  expect(describe("# How to open a database\nCall open with its path.", null).resolved_queries).toEqual([
    "How to open a database?",
  ]);
  expect(describe("SQLite is a small library that reads one file.", null).resolved_queries).toEqual([
    "What is SQLite?",
  ]);
  expect(
    describe("Why does the loop stop when the lock is held?? Please look.", "user_message").resolved_queries,
  ).toEqual(["Why does the loop stop when the lock is held?"]);
});

test("words of other languages make sentences and tags, and their stop words do not", () => {
  const german = describe(
    "Die Verbindung wird geöffnet. Sie wird nach einer Minute ohne Arbeit wieder geschlossen.",
    null,
  );
  expect(german.tags).toContain("verbindung");
  expect(german.tags.join(" ")).not.toMatch(/\b(die|wird|nach|einer|ohne)\b/);
  expect(describe("数据库连接池为每个工作者打开一个连接。它在空闲一分钟后关闭连接。", null).tags).toContain("连接");
  expect(describe("החיבור למסד הנתונים נפתח לכל עובד.", null).summary).toBe("החיבור למסד הנתונים נפתח לכל עובד.");
});
