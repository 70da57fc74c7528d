/**
 * A model server that costs almost nothing and knows nothing about text, as a process of its own, so that only the
 * runners are measured. It never misbehaves; for that there are the tests' servers.
 *
 *   bun bench/model-server.ts '{"latencyMs": 50, "record": "bodies.jsonl"}'
 *
 * Prints {"port": N} when it listens and ends when stdin does. It streams, or not, as it is asked. GET /seen tells what
 * it saw since the last DELETE /seen. With `record` it writes the body of each question to a file, for a bare loop to
 * ask again.
 */

import { appendFileSync } from "node:fs";

export interface Seen {
  questions: number;
  inFlightMax: number;
  /** Milliseconds of the wall clock, with their fraction: when the first question was there, the last answer gone. */
  firstAtMs: number;
  lastAtMs: number;
}

export interface ServerOptions {
  readonly latencyMs?: number;
  readonly record?: string;
}

/** As many as an answer of this length has from a real tokenizer. */
const tokens = 60;
const usage = {
  ...{ prompt_tokens: 900, completion_tokens: tokens, total_tokens: 900 + tokens },
  prompt_tokens_details: { cached_tokens: 700 },
};

export const nowMs = (): number => performance.timeOrigin + performance.now();

/** As each side has asked for it: by a schema, or in the words of the older pipeline's prompt. */
function enrichment(n: number, question: Record<string, unknown>): string {
  return JSON.stringify({
    summary: `Request ${n} sets a busy timeout before any other statement so that a locked database is waited for.`,
    // Of the texts that the benchmarks ask about: an answer that the quality gate sends back would cost a second question.
    tags: ["database", "busy-timeout", "concurrency", `batch-${n % 7}`],
    importance: (n % 9) + 1,
    intent: ["debugging", "implementing", "designing"][n % 3],
    primary_symbols: [],
    ...question,
    key_facts: ["busy_timeout is 0 by default"],
    ...{ epistemic_level: "substantiated", version_scope: null, debt_impact: "none", external_deps: ["sqlite"] },
    ...{ sentiment_label: "neutral", sentiment_score: 0, sentiment_signals: [] },
  });
}

const question = "How do I stop SQLite from failing with database is locked?";

interface Answer {
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly streamed: Uint8Array<ArrayBuffer>;
}

/** Made once: what is measured should wait for nothing but its own work. */
const answers: readonly Answer[] = Array.from({ length: 63 }, (_, n) => {
  const text = enrichment(n, { resolved_queries: [question] });
  const size = Math.ceil(text.length / tokens);
  const event = (choices: unknown[], more = {}): string =>
    `data: ${JSON.stringify({ id: "bench", object: "chat.completion.chunk", model: "bench", choices, ...more })}\n\n`;
  let stream = "";
  for (let i = 0; i < text.length; i += size)
    stream += event([{ index: 0, delta: { content: text.slice(i, i + size) }, finish_reason: null }]);
  stream += event([{ index: 0, delta: {}, finish_reason: "stop" }]);
  stream += `${event([], { usage })}data: [DONE]\n\n`;
  const message = { role: "assistant", content: enrichment(n, { resolved_query: question }) };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  const whole = JSON.stringify({ id: "bench", object: "chat.completion", model: "bench", choices, usage });
  return { whole: new TextEncoder().encode(whole), streamed: new TextEncoder().encode(stream) };
});

function serve({ latencyMs = 0, record }: ServerOptions): number {
  const none = (): Seen => ({ questions: 0, inFlightMax: 0, firstAtMs: 0, lastAtMs: 0 });
  let seen = none();
  let inFlight = 0;

  async function answer(request: Request): Promise<Response> {
    const receivedAtMs = nowMs();
    const body = await request.text();
    const { stream } = JSON.parse(body) as { stream?: boolean };
    if (seen.questions === 0) seen.firstAtMs = receivedAtMs;
    const { whole, streamed } = answers[seen.questions++ % answers.length] ?? { whole: body, streamed: body };
    seen.inFlightMax = Math.max(seen.inFlightMax, ++inFlight);
    if (record !== undefined) appendFileSync(record, `${body}\n`);
    if (latencyMs > 0) await Bun.sleep(latencyMs);
    inFlight--;
    seen.lastAtMs = nowMs();
    const type = stream === true ? "text/event-stream" : "application/json";
    return new Response(stream === true ? streamed : whole, { headers: { "content-type": type } });
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    routes: {
      "/v1/chat/completions": { POST: answer },
      "/v1/models": () => Response.json({ object: "list", data: [{ id: "bench", object: "model" }] }),
      "/health": () => Response.json({ status: "ok" }),
      "/seen": {
        GET: () => Response.json(seen),
        DELETE: () => {
          seen = none();
          return new Response();
        },
      },
    },
  });
  return server.port ?? 0;
}

if (import.meta.main) {
  const port = serve(JSON.parse(process.argv[2] ?? "{}") as ServerOptions);
  process.stdout.write(`{"port": ${port}}\n`);
  process.stdin.resume().once("end", () => process.exit(0));
}
