import { describe, expect, test } from "bun:test";
import type { Enrichment } from "../../../src/core/enrichment.ts";
import { contentHash } from "../../../src/store/content.ts";
import type { Application, Applied } from "../../../src/store/target.ts";
import { enrichment } from "../../support/journal.ts";
import { layouts, type Opened, openLayout, textOf } from "../../support/layouts.ts";

const content = textOf(60);
const answeredAtMs = Date.UTC(2026, 10, 20, 10, 0, 0, 123);

const application = (verdict: Application["verdict"], text = content): Application => ({
  ...{ chunkId: "a", contentHash: contentHash(text), verdict },
});
const enriched = (some: Partial<Enrichment> = {}, backend = "openai"): Application["verdict"] => ({
  ...{ kind: "enriched", enrichment: { ...enrichment, ...some }, marks: [], backend, model: "model-a" },
  ...{ promptVersion: "prompt-1", answeredAtMs },
});

function apply({ db, target }: Opened, ...applications: Application[]): Applied[] {
  return db.transaction(() => target.applyAll(applications)).immediate();
}

const rowOf = ({ db }: Opened): Record<string, unknown> =>
  db.query<Record<string, unknown>, []>("SELECT * FROM chunks WHERE id = 'a'").get() ?? {};

/** What differs between two states of the row. */
function changed(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(after).filter(([column, value]) => before[column] !== value));
}

function openWith(layout: (typeof layouts)[number], row: Record<string, string | number | null> = {}): Opened {
  const opened = openLayout(layout);
  opened.insert({ id: "a", content, ...row });
  return opened;
}

const fields = {
  summary: enrichment.summary,
  tags: '["sqlite","lock"]',
  importance: 7,
  intent: "debugging",
  primary_symbols: '["openDatabase"]',
  resolved_query: "Why does the build fail?",
  epistemic_level: "substantiated",
  debt_impact: "none",
  external_deps: '["sqlite"]',
  sentiment_label: "frustration",
  sentiment_score: -0.5,
  sentiment_signals: '["fails"]',
  enriched_at: "2026-11-20T10:00:00.123000+00:00",
};
const newer = {
  enrich_status: "success",
  enrichment_backend: "openai",
  enrichment_model: "model-a",
  enrichment_version: "prompt-1",
  key_facts: '["The lock is held for 12 s."]',
  resolved_queries: '["Why does the build fail?"]',
};
const written = {
  own: { ...fields, ...newer },
  "brainlayer-1": fields,
  "brainlayer-2": { ...fields, ...newer, metadata: '{"enriched_by":"model-a"}' },
} as const;

for (const layout of layouts)
  describe(layout, () => {
    test("every field is written, and no other column, in one UPDATE", () => {
      const opened = openWith(layout);
      opened.db.run("CREATE TABLE updates (id)");
      opened.db.run("CREATE TRIGGER seen AFTER UPDATE ON chunks BEGIN INSERT INTO updates VALUES (new.id); END");
      const before = rowOf(opened);
      expect(apply(opened, application(enriched()))).toEqual(["applied"]);
      expect(changed(before, rowOf(opened))).toEqual(written[layout]);
      expect(opened.db.query("SELECT id FROM updates").values()).toEqual([["a"]]);
    });

    test("other text, no such row, or no longer pending: nothing is written", () => {
      const opened = openWith(layout);
      const before = rowOf(opened);
      expect(apply(opened, application(enriched(), "other"))).toEqual(["changed"]);
      expect(apply(opened, { ...application(enriched()), chunkId: "b" })).toEqual(["gone"]);
      expect(rowOf(opened)).toEqual(before);
      for (const [column, value] of [
        ["enriched_at", "2026-02-27T00:24:03.123456+00:00"],
        ["enriched_at", "skipped:too_short"],
        ...(layout === "own" ? [] : [["value_type", "ARCHIVED"] as const]),
        ...(layout === "brainlayer-1" ? [] : [["enrich_status", "duplicate"] as const]),
        ...(layout === "brainlayer-2" ? [["superseded_by", "b"] as const, ["archived", 1] as const] : []),
      ] as const) {
        const taken = openWith(layout, { [column]: value });
        const was = rowOf(taken);
        for (const verdict of [enriched(), { kind: "failed" }, { kind: "too_short" }] as const)
          expect([column, value, apply(taken, application(verdict))]).toEqual([column, value, ["taken"]]);
        expect(rowOf(taken)).toEqual(was);
      }
    });

    test("applied twice, as after a crash between the two databases: the second changes nothing", () => {
      const opened = openWith(layout);
      const others = application(enriched({ summary: "again" }));
      expect(apply(opened, application(enriched()), others)).toEqual(["applied", "taken"]);
      const before = rowOf(opened);
      expect(apply(opened, application(enriched()))).toEqual(["applied"]);
      expect(rowOf(opened)).toEqual(before);
      expect(rowOf(opened)["summary"]).toBe(enrichment.summary);
    });

    test("given up and too short are marks of the layout, and nothing else changes", () => {
      for (const kind of ["failed", "too_short"] as const) {
        const opened = openWith(layout);
        const before = rowOf(opened);
        expect(apply(opened, application({ kind }))).toEqual(["applied"]);
        const mark = layout === "brainlayer-1" ? { enriched_at: `skipped:${kind}` } : { enrich_status: kind };
        expect(changed(before, rowOf(opened))).toEqual(mark);
        expect(apply(opened, application({ kind }))).toEqual([kind === "failed" ? "applied" : "taken"]);
      }
    });

    test("a sentiment that is there stays whole", () => {
      for (const there of [{ sentiment_label: "neutral" }, { sentiment_score: 0 }, { sentiment_signals: "[]" }]) {
        const opened = openWith(layout, there);
        apply(opened, application(enriched()));
        const nothing = { sentiment_label: null, sentiment_score: null, sentiment_signals: null };
        expect(rowOf(opened)).toMatchObject({ ...nothing, ...there, summary: enrichment.summary });
      }
    });

    test("outside a transaction nothing is applied", () => {
      const opened = openWith(layout);
      expect(() => opened.target.applyAll([application(enriched())])).toThrow("transaction");
    });
  });

test("metadata keeps what is in it, and is left alone where it is not JSON", () => {
  for (const [metadata, expected] of [
    ['{"role":"user","enriched_by":"old"}', '{"role":"user","enriched_by":"model-a"}'],
    ["not json", "not json"],
    ["", ""],
  ] as const) {
    const opened = openWith("brainlayer-2", { metadata });
    expect(apply(opened, application(enriched()))).toEqual(["applied"]);
    expect(rowOf(opened)).toMatchObject({ metadata: expected, summary: enrichment.summary });
  }
});

describe("what only the lexical backend has described", () => {
  const described = {
    enriched_at: "2026-01-01",
    enrich_status: "success",
    enrichment_backend: "lexical",
    summary: "old",
  };
  for (const layout of ["own", "brainlayer-2"] as const)
    test(`${layout}: a model describes it again; lexical does not, and no mark takes its description`, () => {
      const opened = openWith(layout, described);
      const before = rowOf(opened);
      expect(apply(opened, application(enriched({}, "lexical")))).toEqual(["taken"]);
      expect(apply(opened, application({ kind: "too_short" }))).toEqual(["taken"]);
      expect(apply(opened, application({ kind: "failed" }))).toEqual(["applied"]);
      expect(rowOf(opened)).toEqual(before);
      expect(apply(opened, application(enriched()))).toEqual(["applied"]);
      expect(rowOf(opened)).toMatchObject({ summary: enrichment.summary, enrichment_backend: "openai" });
      expect(apply(opened, application(enriched({ summary: "again" })))).toEqual(["taken"]);
    });
});
