import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { exportFormats } from "../../src/export/format.ts";
import { type ExportRow, exportRow } from "../../src/export/row.ts";
import type { Described } from "../../src/store/described.ts";
import { readCsv } from "../support/csv.ts";

const described = (parts: Partial<Described> = {}): Described => ({
  ...{ id: "a.md#1", content: "some text", status: "enriched", content_type: "markdown", source: "import" },
  ...{ source_file: "/notes/a.md", project: "notes", conversation_id: null, position: null },
  ...{
    created_at: "2026-11-24T10:00:00.000Z",
    metadata: '{"line":1}',
    extra: null,
    marks: null,
    summary: "A summary.",
    tags: '["a","b"]',
  },
  ...{ intent: "deciding", primary_symbols: "[]", resolved_query: "Why?", resolved_queries: '["Why?","How?"]' },
  ...{ key_facts: null, epistemic_level: "validated", version_scope: null, debt_impact: "none", external_deps: "[]" },
  ...{ sentiment_label: "neutral", sentiment_score: -0.5, sentiment_signals: "[]", importance: 7 },
  ...{
    enrichment_backend: "openai",
    enrichment_model: "m",
    enrichment_version: "p1",
    enriched_at: "2026-11-24",
    ...parts,
  },
});
const { jsonl, csv, markdown } = exportFormats;
const csvOf = (row: ExportRow): Record<string, string> => {
  const [names = [], cells = []] = readCsv(csv.head + csv.row(row));
  return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? "?"]));
};

describe("a row", () => {
  test("has lists as lists, metadata as an object, names without prefixes", () => {
    expect(exportRow(described())).toMatchObject({
      ...{ tags: ["a", "b"], key_facts: [], resolved_queries: ["Why?", "How?"], metadata: { line: 1 } },
      ...{ backend: "openai", model: "m", prompt_version: "p1", sentiment_score: -0.5, position: null },
    });
  });

  test("has fields of people's own: by name, as JSON in a cell, a line each", () => {
    const extra = { risk: "high", owner: null, teams: ["a", "b"], score: 3, urgent: false };
    const row = exportRow(described({ extra: JSON.stringify(extra) }));
    expect(row.extra).toEqual(extra);
    expect(JSON.parse(csvOf(row)["extra"] ?? "")).toEqual(extra);
    const lines = markdown.row(row).split("\n");
    for (const line of ["- risk: high", "- teams: a, b", "- score: 3", "- urgent: false"])
      expect(lines).toContain(line);
    expect(markdown.row(row)).not.toContain("owner");
    expect(exportRow(described()).extra).toBeNull();
    expect(csvOf(exportRow(described()))["extra"]).toBe("");
  });

  test("takes what other tools have written", () => {
    const row = exportRow(
      described({ tags: "a, b", metadata: "words", resolved_queries: null, key_facts: '[1,{"a":2}]' }),
    );
    expect(row).toMatchObject({
      tags: ["a, b"],
      metadata: "words",
      resolved_queries: ["Why?"],
      key_facts: ["1", '{"a":2}'],
    });
  });
});

test("JSONL: a line for each, whatever is in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (content, summary) => {
      const line = jsonl.row(exportRow(described({ content, summary })));
      expect(line.split("\n")).toHaveLength(2);
      expect(JSON.parse(line)).toMatchObject({ content, summary });
    }),
  );
});

describe("CSV", () => {
  test("is read back by the letter of the standard, whatever is in it", () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(..."\",\r\n;' =+-@\t"), fc.string({ unit: "binary", minLength: 1, maxLength: 1 })),
    });
    fc.assert(
      fc.property(text, text, (content, summary) => {
        const cells = csvOf(exportRow(described({ content, summary })));
        const disarmed = (cell: string | undefined): string =>
          cell?.replace(/^'(?=[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/, "") ?? "";
        expect(disarmed(cells["content"])).toBe(disarmed(content));
        expect(disarmed(cells["summary"])).toBe(disarmed(summary));
        expect(Object.keys(cells)).toHaveLength(Object.keys(exportRow(described())).length);
      }),
      { numRuns: 500 },
    );
  });

  test("no cell starts as a formula; numbers stay numbers", () => {
    for (const start of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]) {
      const cells = csvOf(exportRow(described({ content: start, summary: start, project: start })));
      for (const name of ["content", "summary", "project"]) expect(cells[name]).toBe(`'${start}`);
      expect(cells["sentiment_score"]).toBe("-0.5");
    }
  });

  test("lists are joined, what is missing is empty", () => {
    expect(csvOf(exportRow(described()))).toMatchObject({ tags: "a; b", version_scope: "", metadata: '{"line":1}' });
  });
});

describe("Markdown", () => {
  test("reads well", () => {
    expect(markdown.row(exportRow(described()))).toBe(
      [
        ...[
          "## A summary.",
          "",
          "- id: a.md#1",
          "- from: notes · /notes/a.md · 2026-11-24T10:00:00.000Z",
          "- tags: a, b",
        ],
        ...["- intent: deciding", "- importance: 7", "- answers: Why? · How?", "- by: openai, m", ""],
        ...["```markdown", "some text", "```", "", ""],
      ].join("\n"),
    );
  });

  test("nothing in a text ends its fence or becomes a title, whatever it is", () => {
    const text = fc.string({ unit: fc.constantFrom("`", "~", "#", "\n", " ", "a", "*", "<", "-", ">") });
    fc.assert(
      fc.property(text, text, (content, summary) => {
        const found: string[] = [];
        const keep = (kind: string) => (inner: string) => {
          found.push(kind === "code" ? inner : kind);
          return "";
        };
        const row = exportRow(described({ content: `a${content}`, summary: `s${summary}`, content_type: "text" }));
        Bun.markdown.render(markdown.row(row), { heading: keep("title"), code: keep("code") });
        expect(found).toEqual(["title", `a${content}${content.endsWith("\n") ? "" : "\n"}`]);
      }),
      { numRuns: 300 },
    );
  });
});
