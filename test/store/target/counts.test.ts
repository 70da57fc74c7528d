import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Layout } from "../../../src/store/target.ts";
import { allCounted, allPages, everything, layouts, openLayout, type Row, textOf } from "../../support/layouts.ts";

const at = "2026-02-27T00:24:03.123456+00:00";
const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: null, freq: 2 });

/** Rows as they may be, and as nobody should have made them. */
const anyRow = (layout: Layout): fc.Arbitrary<Row> => {
  const content = fc
    .tuple(fc.constantFrom(0, 1, 14, 15, 16, 49, 50, 51, 90), fc.constantFrom("x", "🙂", "é", "\0", "\\", "\n"))
    .map(([points, letter]) => textOf(points, letter));
  const blob = fc.constant(new Uint8Array(60));
  return fc
    .record({
      content: layout === "own" ? content : fc.oneof({ weight: 9, arbitrary: content }, { weight: 1, arbitrary: blob }),
      isMeasured: layout === "own" ? fc.constant(true) : fc.boolean(),
      content_type: maybe("ai_code", "user_message", "assistant_text", "stack_trace", "file_read", ""),
      source: maybe("whatsapp", "telegram", "claude_code"),
      project: maybe("one", "two", "with\x1fseparator", ""),
      enriched_at: fc.oneof(
        fc.constant(null),
        maybe(at, "skipped:too_short", "skipped:failed", "skipped:other", "", "t"),
      ),
      enrich_status: fc.oneof(fc.constant(null), maybe("success", "too_short", "failed", "duplicate", "")),
      value_type: maybe("ARCHIVED", "HIGH"),
      archived: maybe(0, 0, 1),
      superseded_by: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant("x") }),
      intent: maybe("debugging", "deciding", ""),
      tags: maybe('["a"]', ""),
      summary: maybe("A summary.", ""),
      importance: maybe(0, 7.5),
      enrichment_backend: maybe("openai", "lexical"),
    })
    .map(({ isMeasured, ...row }) => ({
      ...row,
      char_count: isMeasured ? [...String(row.content)].length : null,
    }));
};

function tallyOf(rows: readonly Row[], column: string): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const row of rows) {
    const value = row[column];
    if (typeof value === "string") tally[value] = (tally[value] ?? 0) + 1;
  }
  return tally;
}

const filled = (rows: readonly Row[], column: string): number =>
  rows.filter((row) => row[column] !== null && row[column] !== "").length;

for (const layout of layouts)
  test(`${layout}: each row is in one class, and pending is what a run would ask about`, async () => {
    const rows = fc.array(anyRow(layout), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        const { db, target, insert } = openLayout(layout);
        insert(...some);
        const counts = await target.counts();
        const { enriched, tooShort, notWanted, archived, pending, failed } = counts;
        expect(counts.total).toBe(some.length);
        expect(enriched + tooShort + notWanted + archived + pending + failed).toBe(some.length);
        const pages = allPages(target, everything, 7);
        expect(pages.chunks.length).toBe(pending);
        expect(allCounted(target, everything)).toBe(pending);
        const status = layout === "brainlayer-1" ? "NULL" : "enrich_status";
        const markedShort = `${status} IS 'too_short' OR (${status} IS NULL AND enriched_at IS 'skipped:too_short')`;
        const marked = db.query<{ n: number }, []>(`SELECT count(*) AS n FROM chunks WHERE ${markedShort}`).get()?.n;
        expect(tooShort).toBe(pages.tooShort.length + (marked ?? 0));
        expect(Object.fromEntries(counts.byProject)).toEqual(tallyOf(some, "project"));
        expect(Object.fromEntries(counts.byIntent)).toEqual(tallyOf(some, "intent"));
        const backends = layout === "brainlayer-1" ? null : tallyOf(some, "enrichment_backend");
        expect(counts.byBackend === null ? null : Object.fromEntries(counts.byBackend)).toEqual(backends);
        expect(counts.coverage).toEqual({
          tagged: filled(some, "tags"),
          summarized: filled(some, "summary"),
          importanceScored: filled(some, "importance"),
          intentClassified: filled(some, "intent"),
        });
        db.close();
      }),
      { numRuns: 150 },
    );
  });

describe("classes", () => {
  const classOf = async (layout: Layout, row: Row): Promise<string> => {
    const { target, insert } = openLayout(layout);
    insert(row);
    const counts = await target.counts();
    const names = ["enriched", "tooShort", "notWanted", "archived", "pending", "failed"] as const;
    return names.filter((name) => counts[name] === 1).join(" and ");
  };
  const rows: readonly (readonly [string, Row, older: string, newer: string])[] = [
    ["nothing is known", {}, "pending", "pending"],
    ["described", { enriched_at: at, enrich_status: "success" }, "enriched", "enriched"],
    ["described before there was a status", { enriched_at: at }, "enriched", "enriched"],
    ["described at a time spelled otherwise", { enriched_at: "yesterday" }, "enriched", "enriched"],
    ["given up as the older generation says it", { enriched_at: "skipped:failed" }, "failed", "failed"],
    ["given up as the newer one says it", { enrich_status: "failed" }, "pending", "failed"],
    ["too short as the older generation says it", { enriched_at: "skipped:too_short" }, "tooShort", "tooShort"],
    ["too short, not marked yet", { content: textOf(49) }, "tooShort", "tooShort"],
    ["a short message", { content: textOf(15), source: "whatsapp" }, "pending", "pending"],
    ["a type that nobody asks about", { content_type: "file_read" }, "notWanted", "notWanted"],
    ["skipped for a reason of others", { enriched_at: "skipped:duplicate" }, "notWanted", "notWanted"],
    ["a status of others", { enrich_status: "duplicate" }, "pending", "notWanted"],
    ["archived, whatever its length and type", { value_type: "ARCHIVED", content: "x" }, "archived", "archived"],
    ["superseded", { superseded_by: "x" }, "pending", "archived"],
    ["described, and archived later", { enriched_at: at, value_type: "ARCHIVED" }, "enriched", "enriched"],
  ];
  for (const [name, row, older, newer] of rows)
    test(name, async () => {
      expect([await classOf("brainlayer-1", row), await classOf("brainlayer-2", row)]).toEqual([older, newer]);
    });
  test("our own rows are wanted whatever their type", async () => {
    expect(await classOf("own", { content_type: "file_read" })).toBe("pending");
  });
});
