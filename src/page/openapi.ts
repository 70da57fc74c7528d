/** The description of the local API, as OpenAPI 3.1, served with it; a test holds the answers to it. */

import { actions } from "./actions.ts";
import { ranges } from "./data.ts";

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const maybe = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const time: Schema = { type: "string", format: "date-time" };
const count: Schema = { type: "integer", minimum: 0 };
const number: Schema = { type: "number" };
const flag: Schema = { type: "boolean" };
const list = (items: Schema): Schema => ({ type: "array", items });
const one = (properties: Readonly<Record<string, Schema>>): Schema => ({
  ...{ type: "object", properties, required: Object.keys(properties), additionalProperties: false },
});
const pair = (second: Schema): Schema => ({ ...list({}), prefixItems: [text, second], minItems: 2, maxItems: 2 });

const actionNames = [...actions, "retry"];
const rangeNames = Object.keys(ranges);
const activities = [
  ...["working", "paused", "waiting_for_model", "waiting_for_database", "finished", "stopped", "failed", "crashed"],
  "none",
];
const headline = { activity: { enum: activities }, since: maybe(time), why: text };
const tokens = { tokens_in: count, tokens_out: count };
const failedBackend = maybe(one({ kind: text, detail: text, at: time }));

const schemas: Readonly<Record<string, Schema>> = {
  Error: one({ error: text }),
  Stats: { type: "object", description: "As `enrichd stats --json`; docs/schemas/stats.schema.json describes it." },
  Overview: one({
    headline: one(headline),
    counted_ago_ms: maybe(number),
    ...{ is_paused: flag, can_restart: flag },
    eta: maybe(one({ seconds: count, basis: text })),
    requests: list(one({ action: { enum: actionNames }, asked_by: text, at: time, taken_at: maybe(time) })),
    files: list(one({ what: { enum: ["database", "journal"] }, path: text, bytes: count, wal_bytes: count })),
  }),
  Series: one({
    ...{ range: { enum: rangeNames }, step_s: count, from: time, to: time },
    points: list(
      one({
        ...{ at: time, answered: count, failed: count, p50_ms: maybe(number), p95_ms: maybe(number) },
        ...{ ...tokens, tokens_cached: count },
      }),
    ),
    marks: list(one({ at: time, event: text, text })),
  }),
  Chunks: one({
    rows: list(
      one({
        ...{ rowid: { type: "integer" }, id: text, status: text, project: maybe(text), source: maybe(text) },
        ...{ content_type: maybe(text), intent: maybe(text), importance: maybe(number), summary: maybe(text) },
        ...{ excerpt: text, created_at: maybe(text), enriched_at: maybe(text), backend: maybe(text) },
      }),
    ),
    next: maybe({ type: "integer" }),
    is_complete: flag,
  }),
  Chunk: one({
    ...{ id: text, state: text, facts: list(pair(text)), content: text },
    failure: maybe(one({ kind: text, detail: text, retry_at: maybe(time) })),
    neighbours: list(one({ id: text, position: maybe({ type: "integer" }), excerpt: text })),
    description: list(pair({ anyOf: [text, list(text)] })),
    ...{ question: maybe(text), prompt_version: text },
    attempts: list(
      one({
        ...{ at: time, kind: text, detail: text, backend: text, model: text, prompt_version: text },
        ...{ duration_ms: number, tokens_in: maybe(count), tokens_out: maybe(count) },
        ...{ question: maybe(text), raw: maybe(text) },
      }),
    ),
  }),
  Failures: one({
    kinds: list(
      one({
        ...{ kind: text, waiting: count, quarantined: count },
        latest: one({ id: text, detail: maybe(text), at: maybe(time) }),
      }),
    ),
    total: count,
    chunks: list({
      ...one({ id: text, state: text, kind: text, detail: maybe(text), failed_at: maybe(time) }),
      additionalProperties: true,
    }),
    next_offset: maybe(count),
  }),
  Descriptions: one({
    ...{ looked: count, tags: list(pair(count)), importance: list(pair(count)) },
    sample: list(
      one({
        ...{ id: text, summary: text, tags: list(text), importance: maybe(number), intent: maybe(text) },
        ...{ backend: maybe(text), enriched_at: maybe(text), excerpt: text },
      }),
    ),
  }),
  Backends: one({
    backends: list(one({ name: text, state: text, last_failure: failedBackend, restarts: count })),
    model: maybe(text),
    events: list(one({ at: time, text })),
    servers: list(
      one({
        ...{ command: text, model: text, port: count, pid: maybe(count), memory_bytes: maybe(count) },
        ...{ log: text, tail: list(text) },
      }),
    ),
  }),
  Settings: list(one({ name: text, value: text, from: maybe(text) })),
  Ready: one({ is_ready: flag, ...headline }),
  Wish: {
    type: "object",
    properties: { action: { enum: actionNames }, ids: list(text), kind: text, all: flag },
    required: ["action"],
  },
  Done: { type: "object", properties: { action: text, told: count, message: text }, required: ["action", "message"] },
};

const answer = (name: string) => ({
  description: name,
  content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
});
const query = (name: string, schema: Schema) => ({ name, in: "query", required: false, schema });

const get = (summary: string, name: string, parameters: readonly object[] = [], more: object = {}) => ({
  get: { summary, parameters, responses: { "200": answer(name), ...more } },
});
const plain = (summary: string) => ({
  get: { summary, responses: { "200": { description: "text", content: { "text/plain": { schema: text } } } } },
});

export const openApi = (version: string) => ({
  openapi: "3.1.0",
  info: { title: "enrichd", version, description: "What the status page shows, on this machine only." },
  paths: {
    "/api/stats": get("The statistics", "Stats", [], { "503": answer("Error") }),
    "/api/overview": get("What goes on now", "Overview"),
    "/api/series": get("Questions over time", "Series", [query("range", { enum: rangeNames })], {
      "400": answer("Error"),
    }),
    "/api/chunks": get(
      "Chunks, newest first",
      "Chunks",
      [
        ...["state", "q", "project", "source", "type", "intent", "backend"].map((name) => query(name, text)),
        query("before", { type: "integer" }),
      ],
      { "400": answer("Error") },
    ),
    "/api/chunks/{id}": get("One chunk", "Chunk", [{ name: "id", in: "path", required: true, schema: text }], {
      "404": answer("Error"),
    }),
    "/api/failures": get("What failed", "Failures", [query("kind", text), query("offset", count)], {
      "400": answer("Error"),
    }),
    "/api/descriptions": get("What the descriptions say", "Descriptions"),
    "/api/backends": get("The backends and our model servers", "Backends"),
    "/api/settings": get("The settings of this process", "Settings"),
    "/api/events": {
      get: {
        summary: "The parts of a view that change, as server-sent events",
        parameters: [query("view", text)],
        responses: {
          "200": { description: "events", content: { "text/event-stream": { schema: text } } },
          "503": answer("Error"),
        },
      },
    },
    "/api/actions": {
      post: {
        summary: "Pause, resume, stop, restart the model server, retry; with the token of the page",
        parameters: [{ name: "x-enrichd-token", in: "header", required: true, schema: text }],
        requestBody: { required: true, content: answer("Wish").content },
        responses: {
          ...{ "200": answer("Done"), "400": answer("Error"), "403": { description: "no token of ours" } },
          "409": { ...answer("Error"), description: "a restart, and no run has a model server of ours" },
        },
      },
    },
    "/metrics": plain("For Prometheus"),
    "/healthz": plain("Whether the page is there"),
    "/readyz": get("Whether work goes on, or is done", "Ready", [], { "503": answer("Ready") }),
  },
  components: { schemas },
});
