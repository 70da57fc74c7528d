/** What a server refuses is found once: the next run does not ask for it again. */

import { expect, test } from "bun:test";
import { json, type Manners, modelServer } from "../fixtures/model-server.ts";
import { answer, startRun } from "../support/runner.ts";
import { newTarget, query, rowsOf } from "../support/target.ts";

const refusing: Manners = (wire, { body }) => {
  const { messages, ...fields }: { messages: { role: string }[]; [field: string]: unknown } = JSON.parse(body);
  const refuse = (status: number, message: string): void => wire.send(json(status, { error: { message } }));
  if ("stream_options" in fields) return refuse(400, "Unrecognized request argument supplied: stream_options");
  if ("max_tokens" in fields)
    return refuse(400, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.");
  // As llama-server says it of Gemma's template.
  if (messages.some(({ role }) => role === "system")) return refuse(500, "System role not supported");
  return answer(wire);
};

test("each refusal costs one question, in the first run only", async () => {
  const server = await modelServer(refusing);
  const db = newTarget(rowsOf(4));
  const first = await startRun(db, server.url, { questionsMax: 2, parallel: 1 }).result;
  expect(first.progress).toMatchObject({ enriched: 2, failed: 0 });
  const posts = () => server.calls.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body));
  expect(posts()).toHaveLength(2 + 3);
  const second = await startRun(db, server.url).result;
  server.stop();
  expect(second.progress).toMatchObject({ enriched: 2, failed: 0 });
  expect(posts()).toHaveLength(2 + 3 + 2);

  const { messages, ...fields } = posts().at(-1);
  expect(fields).toMatchObject({ max_completion_tokens: expect.any(Number), temperature: 0 });
  expect(fields).not.toHaveProperty("stream_options");
  expect(messages).toHaveLength(1);
  // The fixed text stays the first bytes, for the server's cache.
  expect(messages[0].role).toBe("user");
  expect(messages[0].content).toStartWith(posts()[0].messages[0].content);
  const kept = query(db.replace(/\.db$/, ".enrichd.db"), "SELECT part FROM concessions ORDER BY part");
  expect(kept).toEqual([{ part: "max_tokens" }, { part: "stream_options" }, { part: "system_role" }]);
});
