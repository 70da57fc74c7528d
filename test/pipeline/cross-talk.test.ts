import { afterEach, describe, expect, test } from "bun:test";
import type { Backend, Question } from "../../src/backends/backend.ts";
import { success } from "../../src/core/failure.ts";
import { crossTalkGuard } from "../../src/pipeline/cross-talk.ts";
import { describe as enrichmentOf } from "../fixtures/describing-server.ts";
import { answerWith, type ModelServer, modelServer, type Wire } from "../fixtures/model-server.ts";
import { named, startRun } from "../support/runner.ts";
import { newTarget, query, rowsOf } from "../support/target.ts";

const [mine, theirs] = ["0123abcd", "89efdcba"];

const questionOf = (code: string, text = "a text"): Question => ({
  messages: [
    { role: "system", content: "describe" },
    { role: "user", content: `<chunk-${code}>\n${text}\n</chunk-${code}>` },
  ],
  ...{ schema: {}, maxTokens: 10, text, contentType: null },
});

function guarded(reply: string) {
  const found: string[] = [];
  const usage = { tokensIn: 1, tokensOut: 1, tokensCached: 0 };
  const inner: Backend = {
    ...{ name: "openai", model: "m", pinnedModel: null },
    ask: async () => success({ text: reply, model: "m", usage, firstTokenMs: 1, durationMs: 1 }),
    probe: async () => success({ model: "m" }),
  };
  const backend = crossTalkGuard((name) => void found.push(name))(inner);
  const ask = (question: Question) => backend.ask(question, { signal: new AbortController().signal });
  return { ask, found };
}

test("a reply that names another question's code is thrown away, as a fault of the server", async () => {
  const { ask, found } = guarded(`{"summary": "what chunk-${theirs} is about"}`);
  await ask(questionOf(theirs));
  expect(await ask(questionOf(mine))).toMatchObject({ failure: { kind: "unusable_reply", reason: "foreign" } });
  expect(found).toEqual(["openai"]);
});

test.each([
  ["its own code", `{"summary": "chunk-${mine}"}`, "a text"],
  ["a code that nobody was asked about", '{"summary": "commit deadbeef"}', "a text"],
  ["a code inside a longer word", `{"summary": "0${theirs}0"}`, "a text"],
  ["what stands in the text itself", `{"summary": "${theirs}"}`, `a text about ${theirs}`],
])("one that names %s is taken", async (_, reply, text) => {
  const { ask, found } = guarded(reply);
  await ask(questionOf(theirs, theirs));
  expect((await ask(questionOf(mine, text))).ok).toBeTrue();
  expect(found).toEqual([]);
});

test("not for ever: of what was asked a thousand questions ago nothing is kept", async () => {
  const { ask } = guarded(theirs);
  await ask(questionOf(theirs));
  for (let i = 0; i < 1_024; i++) await ask(questionOf(i.toString(16).padStart(8, "0"), theirs));
  expect((await ask(questionOf(mine))).ok).toBeTrue();
});

describe("a server that swaps two answers", () => {
  let server: ModelServer | undefined;
  afterEach(() => server?.stop());

  test("no chunk gets another's description, and all are described in the end", async () => {
    const framed = /<(chunk-[0-9a-f]{8})>\\n(.*?)\\n<\/\1>/;
    const held: [Wire, string, string][] = [];
    let swaps = 0;
    server = await modelServer((wire, { body }, number) => {
      const [, tag = "", text = ""] = framed.exec(body) ?? [];
      const said = JSON.stringify({
        ...enrichmentOf(text),
        key_facts: [`It is in ${tag}.`],
        version_scope: text.slice(0, 20),
      });
      if (number <= 4 || swaps >= 2) return answerWith(wire, said);
      const other = held.pop();
      if (other === undefined) return void held.push([wire, said, tag]);
      swaps++;
      answerWith(wire, other[1]);
      answerWith(other[0], said);
    });
    const db = newTarget(rowsOf(24));
    const run = startRun(db, server.url, { backoff: { baseMs: 20, maxMs: 100 } });
    expect((await run.result).ending.reason).toBe("finished");
    const rows = query<{ content: string; version_scope: string }>(db, "SELECT content, version_scope FROM chunks");
    expect(rows.filter(({ content, version_scope }) => !content.startsWith(version_scope.trim()))).toEqual([]);
    expect([rows.length, named(run.events, "reply.misplaced").length]).toEqual([24, 4]);
  });
});
