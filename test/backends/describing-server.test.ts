/** The server that other tests stand on does what its markers say, in this process and as one of its own. */

import { afterEach, expect, test } from "bun:test";
import { resolve } from "node:path";
import { enrichmentSchema } from "../../src/core/enrichment.ts";
import { questionFor, repairFor } from "../../src/pipeline/prompt.ts";
import { promptOf } from "../../src/pipeline/prompts.ts";
import type { Chunk } from "../../src/store/target.ts";
import { type DescribingOptions, type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { failureOf, openai, patient, question, replyOf, neverCancelled as signal } from "./asking.ts";

let server: DescribingServer | undefined;
afterEach(() => server?.stop());

async function started(options: DescribingOptions = {}) {
  const running = await startModelServer(options);
  server = running;
  const timeouts = { ...patient, connectMs: 100, firstTokenMs: 100, progressMs: 100 };
  const backend = openai(running.url, { timeouts });
  return { running, ask: (text: string) => backend.ask(question(text), { signal }) };
}

test("each chunk has a valid enrichment of its own, the same each time; the fixed text is cached after the first", async () => {
  const { running, ask } = await started();
  const [first, again, other] = [
    await ask("a pool of openFiles"),
    await ask("a pool of openFiles"),
    await ask("a queue"),
  ];
  for (const outcome of [first, again, other]) enrichmentSchema.parse(JSON.parse(replyOf(outcome).text));
  expect(replyOf(first).text).toBe(replyOf(again).text);
  expect(replyOf(first).text).not.toBe(replyOf(other).text);
  expect([replyOf(first).usage?.tokensCached === 0, replyOf(again).usage?.tokensCached === 0]).toEqual([true, false]);
  expect(running.counts).toEqual({ questions: 3, answered: 3, inFlight: 0, inFlightMax: 1, aborted: 0 });
  expect([...running.asked.values()]).toEqual([2, 1]);
});

test.each([
  ["@@cut", { reason: "cut" }],
  ["@@empty", { reason: "empty" }],
  ["@@page", { reason: "not_api" }],
  ["@@hang", { phase: "first_token" }],
  ["@@stall", { phase: "progress" }],
  ["@@reset", { kind: "unreachable", reason: "reset" }],
  ["@@400", { kind: "bad_request" }],
  ["@@401", { kind: "unauthorized" }],
  ["@@404", { kind: "model_missing" }],
  ["@@413", { kind: "too_large" }],
  ["@@429", { kind: "overloaded", retryAfterMs: 1000 }],
  ["@@500", { kind: "server_error" }],
  ["@@503", { kind: "overloaded", retryAfterMs: null }],
])("%s in a chunk", async (marker, expected) => {
  const { ask } = await started();
  expect(failureOf(await ask(`a text with ${marker} in it`))).toMatchObject(expected);
  expect((await ask("another text")).ok).toBe(true);
});

test("a marker with a number is obeyed that often, and poison is an answer without JSON", async () => {
  const { running, ask } = await started();
  const outcomes = [await ask("@@500*2"), await ask("@@500*2"), await ask("@@500*2")];
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, true]);
  expect(replyOf(await ask("@@poison")).text).toContain("sorry");
  running.manner = "503";
  expect(failureOf(await ask("a text")).kind).toBe("overloaded");
});

test("a marker in the context of a chunk does not count, nor does a repair question make another chunk", async () => {
  const { running } = await started();
  const chunk = (content: string): Chunk => ({
    ...{ id: content, rowid: 1, content, contentType: null, source: null },
    ...{ project: null, conversationId: null, position: null },
  });
  // As the pipeline frames them: the fixture reads what the prompt writes.
  const first = questionFor(promptOf(), chunk("a text"), [chunk("@@500")]);
  const backend = openai(running.url);
  expect((await backend.ask(first, { signal })).ok).toBe(true);
  expect((await backend.ask(repairFor(first, "prose", "no JSON"), { signal })).ok).toBe(true);
  expect([...running.asked]).toEqual([["a text", 2]]);
});

test("slots bound what is answered at a time, and one who leaves gives up its turn", async () => {
  const { running } = await started({ latencyMs: 40, slots: 2 });
  const backend = openai(running.url);
  const controller = new AbortController();
  const reason = new Error("no longer wanted");
  const ask = (text: string, of = signal) => backend.ask(question(text), { signal: of });
  const asked = [ask("a"), ask("b")];
  while (running.counts.inFlight < 2) await Bun.sleep(1);
  const leaving = ask("leaves", controller.signal);
  while (running.counts.questions < 3) await Bun.sleep(1);
  asked.push(ask("c"), ask("d"));
  controller.abort(reason);
  await expect(leaving).rejects.toBe(reason);
  for (const outcome of await Promise.all(asked)) expect(outcome.ok).toBe(true);
  expect(running.counts).toMatchObject({ answered: 4, aborted: 1, inFlight: 0, inFlightMax: 2 });
});

test("as a process of its own it says where it is, counts, and ends with its stdin", async () => {
  const script = resolve(import.meta.dir, "../fixtures/describing-server.ts");
  const child = Bun.spawn([process.execPath, script, "--with-stdin", "--manner", "500"], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = child.stdout.getReader();
  const { url } = JSON.parse(new TextDecoder().decode((await reader.read()).value));
  expect(failureOf(await openai(url).ask(question("a text"), { signal })).kind).toBe("server_error");
  const counts = await (await fetch(`${url}/test/counts`)).json();
  expect(counts).toMatchObject({ questions: 1, answered: 1, chunks: 1, asked_again: 0 });
  child.stdin.end();
  expect(await child.exited).toBe(0);
});
