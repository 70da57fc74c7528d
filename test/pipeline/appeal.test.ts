import { expect, test } from "bun:test";
import { type Failure, failed, type Outcome, success } from "../../src/core/failure.ts";
import { hear } from "../../src/pipeline/appeal.ts";
import type { Accepted, Asked } from "../../src/pipeline/ask.ts";
import { enrichment } from "../support/journal.ts";
import { refused, unusable } from "./gating.ts";

const large: Failure = { kind: "too_large", status: 413, detail: "" };
const spent = { model: "m", durationMs: 1, firstTokenMs: null, usage: null };
const question = { messages: [], schema: {}, maxTokens: 1, text: "", contentType: null };
const asked = (outcome: Outcome<Accepted>): Asked => ({
  outcome,
  tried: [{ question, endedAtMs: 1, failure: outcome.ok ? null : outcome.failure, faults: [], spent }],
});
const good = success({ enrichment, marks: [] });

const rows: readonly (readonly [
  what: string,
  failure: Failure,
  isWell: boolean,
  second: Outcome<Accepted> | null,
  expected: { ok: boolean; questions: number; isProven: boolean },
])[] = [
  ["a backend that is not well is no witness", unusable, false, null, { ok: false, questions: 1, isProven: false }],
  ["the same again is the text's own", unusable, true, failed(unusable), { ok: false, questions: 2, isProven: true }],
  ["an answer is an answer", unusable, true, good, { ok: true, questions: 2, isProven: false }],
  ["another failure is another matter", unusable, true, failed(refused), { ok: false, questions: 2, isProven: false }],
  ["a server that says it to all is not believed", large, false, null, { ok: false, questions: 1, isProven: false }],
];

test.each(rows)("%s", async (_, failure, isWell, second, expected) => {
  const again = (): Promise<Asked> =>
    second === null ? Promise.reject(new Error("asked once too often")) : Promise.resolve(asked(second));
  const heard = await hear(asked(failed(failure)), failure, { isWell: async () => isWell, again });
  expect({
    ...{ ok: heard.asked.outcome.ok, questions: heard.asked.tried.length, isProven: heard.isProven },
  }).toEqual(expected);
});
