import { expect, test } from "bun:test";
import type { Backend, Question } from "../../src/backends/backend.ts";
import { systemClock } from "../../src/core/clock.ts";
import { type Failure, failed, success } from "../../src/core/failure.ts";
import { ask, type Judge, takeAll, totalOf } from "../../src/pipeline/ask.ts";
import { enrichment } from "../support/journal.ts";

const question: Question = {
  messages: [
    { role: "system", content: "describe" },
    { role: "user", content: "a text" },
  ],
  ...{ schema: {}, maxTokens: 10, text: "a text", contentType: null },
};
const describing = (summary: string): string => JSON.stringify({ ...enrichment, summary });
const refused: Failure = { kind: "unreachable", reason: "refused", detail: "nobody there" };

/** Gives its replies one after the other, and keeps what it was asked. */
function scripted(...replies: (string | Failure)[]): Backend & { readonly asked: Question[] } {
  const asked: Question[] = [];
  return {
    ...{ name: "scripted", model: "m", pinnedModel: "m", asked },
    ask: async (question) => {
      const reply = replies[asked.push(question) - 1];
      if (reply === undefined) throw new Error("asked once too often");
      if (typeof reply !== "string") return failed(reply);
      const usage = { tokensIn: 100, tokensOut: 10, tokensCached: 90 };
      return success({ text: reply, model: "m", usage, firstTokenMs: 1, durationMs: 5 });
    },
    probe: async () => success({ model: "m" }),
  };
}

const fillerIs =
  (otherwise: "accept" | "fail"): Judge =>
  (enrichment) =>
    enrichment.summary.startsWith("This chunk")
      ? { enrichment, marks: ["filler"], sendBack: { detail: "it is filler", otherwise } }
      : { enrichment, marks: [], sendBack: null };

function asking(backend: Backend, judge = takeAll) {
  return ask(question, {
    ...{ backend, extras: [], judge, scrub: (text) => text, clock: systemClock, onProgress: () => {} },
    signal,
  });
}
const { signal } = new AbortController();

test("a good reply is taken, and told of as one question", async () => {
  const { outcome, tried } = await asking(scripted(describing("It works.")));
  expect(outcome).toEqual(success({ enrichment: { ...enrichment, summary: "It works." }, marks: [] }));
  expect(tried.map(({ failure }) => failure)).toEqual([null]);
});

test("a reply that cannot be read is sent back with the reason, and both questions are told of", async () => {
  const backend = scripted("no JSON", describing("It works."));
  const { outcome, tried } = await asking(backend);
  expect(outcome.ok).toBeTrue();
  expect(tried.map(({ failure }) => failure?.kind ?? null)).toEqual(["unusable_reply", null]);
  expect(tried[0]?.failure).toMatchObject({ reason: "not_json", raw: "no JSON" });
  expect(backend.asked[1]?.messages.slice(0, 3)).toEqual([
    ...question.messages,
    { role: "assistant", content: "no JSON" },
  ]);
  expect(totalOf(tried)).toMatchObject({ durationMs: 10, usage: { tokensIn: 200, tokensOut: 20, tokensCached: 180 } });
});

test("a reply that is worth too little is sent back with what is wrong, and the better one is taken", async () => {
  const backend = scripted(describing("This chunk is a text."), describing("It works."));
  const { outcome, tried } = await asking(backend, fillerIs("accept"));
  expect(outcome).toMatchObject({ ok: true, value: { enrichment: { summary: "It works." }, marks: [] } });
  expect(tried[0]?.failure).toMatchObject({ kind: "unusable_reply", reason: "worthless", detail: "it is filler" });
  expect(backend.asked[1]?.messages.at(-1)?.content).toContain("it is filler");
});

test("no better when sent back: accepted with its marks, or failed, as the rule says; there is no third question", async () => {
  const replies = [describing("This chunk is one."), describing("This chunk is two.")] as const;
  const accepted = await asking(scripted(...replies), fillerIs("accept"));
  expect(accepted.outcome).toMatchObject({
    ...{ ok: true, value: { enrichment: { summary: "This chunk is two." }, marks: ["filler"] } },
  });
  expect(accepted.tried.map(({ failure }) => failure === null)).toEqual([false, true]);
  const { outcome, tried } = await asking(scripted(...replies), fillerIs("fail"));
  expect(outcome).toMatchObject({ ok: false, failure: { reason: "worthless", raw: replies[1] } });
  expect(tried.map(({ failure }) => failure === null)).toEqual([false, false]);
});

test("what was sent back is kept when the second question brings nothing at all", async () => {
  const first = describing("This chunk is one.");
  for (const second of ["no JSON", refused]) {
    const { outcome, tried } = await asking(scripted(first, second), fillerIs("accept"));
    expect(outcome).toMatchObject({ ok: true, value: { marks: ["filler"] } });
    expect(tried.map(({ failure }) => failure === null)).toEqual([true, false]);
  }
  const { outcome } = await asking(scripted(first, refused), fillerIs("fail"));
  expect(outcome).toEqual(failed(refused));
});

test("a failure of the server is not asked about again", async () => {
  const { outcome, tried } = await asking(scripted(refused));
  expect(outcome).toEqual(failed(refused));
  expect(tried).toHaveLength(1);
});
