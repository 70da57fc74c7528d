import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { snakeKeys } from "../../src/page/snake.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { schemaCheck } from "../support/json-schema.ts";
import { startTestPage, type TestPage } from "../support/page.ts";
import { startRun } from "../support/runner.ts";
import { newTarget, rowsOf } from "../support/target.ts";

interface Document {
  readonly paths: Readonly<Record<string, { readonly get?: { readonly responses: Record<string, Answer> } }>>;
  readonly components: unknown;
}
type Answer = { readonly content: { readonly "application/json"?: { readonly schema: { readonly $ref: string } } } };

let page: TestPage;
let api: Document;
beforeAll(async () => {
  const server = await startModelServer();
  const poisoned = {
    id: "bad/one",
    content: "@@poison A text that no model of ours will ever describe, however often it is asked.",
  };
  const db = newTarget([poisoned, ...rowsOf(8)]);
  await startRun(db, server.url, { attemptsMax: 1 }).result;
  server.stop();
  page = startTestPage(db);
  api = (await (await page.get("/api/openapi.json")).json()) as Document;
});
afterAll(() => page.stop());

/** What the document says of an answer, as a check of one. */
function checkOf(path: string, status: number): (value: unknown) => string | null {
  const schema = api.paths[path]?.get?.responses[String(status)]?.content["application/json"]?.schema;
  if (schema === undefined) throw new Error(`${path} says nothing of ${status}`);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats["default"](ajv);
  const validate = ajv.compile({ ...schema, components: api.components });
  return (value) => (validate(value) ? null : `${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`);
}

test("the document is OpenAPI", async () => {
  expect(await new Validator().validate({ ...structuredClone(api) })).toEqual({ valid: true });
});

const calls: readonly (readonly [address: string, path: string, status: number])[] = [
  ["/api/overview", "/api/overview", 200],
  ["/api/series?range=10m", "/api/series", 200],
  ["/api/series?range=all", "/api/series", 200],
  ["/api/series?range=x", "/api/series", 400],
  ["/api/chunks", "/api/chunks", 200],
  ["/api/chunks?state=enriched&q=pool", "/api/chunks", 200],
  ["/api/chunks?before=x", "/api/chunks", 400],
  ["/api/chunks/chunk-1", "/api/chunks/{id}", 200],
  ["/api/chunks/bad%2Fone", "/api/chunks/{id}", 200],
  ["/api/chunks/none", "/api/chunks/{id}", 404],
  ["/api/failures", "/api/failures", 200],
  ["/api/failures?kind=unusable_reply&offset=1", "/api/failures", 200],
  ["/api/failures?offset=-1", "/api/failures", 400],
  ["/api/descriptions", "/api/descriptions", 200],
  ["/api/backends", "/api/backends", 200],
  ["/api/settings", "/api/settings", 200],
  ["/readyz", "/readyz", 200],
];

describe("each answer is what the document says", () => {
  test.each(calls)("%s", async (address, path, status) => {
    const response = await page.get(address);
    expect(response.status).toBe(status);
    expect(checkOf(path, status)(await response.json())).toBeNull();
  });

  test("the statistics are those of the command", async () => {
    expect(schemaCheck("stats")(await (await page.get("/api/stats")).json())).toBeNull();
  });
});

describe("metrics", () => {
  test("chunks by state, questions by outcome, tokens; as Prometheus reads them", async () => {
    const response = await page.get("/metrics");
    expect(response.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
    const text = await response.text();
    for (const line of [
      'enrichd_chunks{state="enriched"} 8',
      'enrichd_chunks{state="quarantined"} 1',
      'enrichd_questions_total{backend="openai",outcome="answered"} 8',
      'enrichd_questions_total{backend="openai",outcome="unusable_reply"} 4',
      "# TYPE enrichd_questions_total counter",
      "enrichd_run_active 0",
    ])
      expect(text).toContain(line);
    // A second look must not count the same again.
    expect(await (await page.get("/metrics")).text()).toContain('outcome="answered"} 8');
  });

  // Debian has it in its package of prometheus; where it is not, the lines above have to do.
  if (Bun.which("promtool") !== null)
    test("have no fault that promtool knows of", async () => {
      const stdin = new Blob([await (await page.get("/metrics")).text()]);
      const check = Bun.spawn(["promtool", "check", "metrics"], { stdin, stdout: "pipe", stderr: "pipe" });
      expect([await check.stderr.text(), await check.exited]).toEqual(["", 0]);
    });
});

test("a moment becomes ISO 8601, a duration stays a number", () => {
  expect(snakeKeys({ atMs: 0, takenAtMs: null, countedAgoMs: 5, p50Ms: 1, inner: [{ fromMs: 1_000 }] })).toEqual({
    ...{ at: "1970-01-01T00:00:00.000Z", taken_at: null, counted_ago_ms: 5, p50_ms: 1 },
    inner: [{ from: "1970-01-01T00:00:01.000Z" }],
  });
});
