import { describe, expect, test } from "bun:test";
import type { Selection } from "../../../src/store/target.ts";
import {
  allCounted,
  allPages,
  brainlayers,
  everything,
  layouts,
  openLayout,
  type Row,
  textOf,
} from "../../support/layouts.ts";

const wanting = (some: Partial<Selection>): Selection => ({ ...everything, ...some });

/** What is selected of `rows`, newest first, after the count and the look at single chunks have agreed with it. */
function selected(layout: (typeof layouts)[number], rows: readonly Row[], selection: Selection = everything) {
  const { target, insert } = openLayout(layout);
  insert(...rows);
  const pages = allPages(target, selection);
  expect(allCounted(target, selection)).toBe(pages.chunks.length);
  for (const { id } of rows) {
    const found = target.chunkById(String(id), selection);
    expect([id, found?.selected ?? false]).toEqual([id, pages.chunks.includes(String(id))]);
  }
  return pages;
}

for (const layout of layouts)
  describe(layout, () => {
    test("newest first, whatever the size of a page, each once", () => {
      const { target, insert } = openLayout(layout);
      insert(...Array.from({ length: 10 }, (_, i) => ({ id: `c${i}` })));
      const newestFirst = ["c9", "c8", "c7", "c6", "c5", "c4", "c3", "c2", "c1", "c0"];
      for (const limit of [1, 3, 10, 11]) expect(allPages(target, everything, limit).chunks).toEqual(newestFirst);
    });

    test("lengths are code points: 50, and 15 in chats; what is below both minimums is too short for good", () => {
      const rows = [
        { id: "49", content: textOf(49, "🙂") },
        { id: "50", content: textOf(50, "🙂") },
        { id: "chat-14", content: textOf(14), source: "whatsapp" },
        { id: "chat-15", content: textOf(15), source: "telegram" },
      ];
      expect(selected(layout, rows)).toMatchObject({ chunks: ["chat-15", "50"], tooShort: ["chat-14", "49"] });
      const asked = selected(layout, rows, wanting({ minChars: 20 }));
      expect(asked).toMatchObject({ chunks: ["50", "49"], tooShort: ["chat-14"] });
      // Between the two: another run may want it, so it is neither asked about nor marked.
      expect(selected(layout, rows, wanting({ minChars: 60 }))).toMatchObject({
        chunks: [],
        tooShort: ["chat-14", "49"],
      });
    });

    test("project, source and content type narrow; a filter that nothing passes gives nothing", () => {
      const rows = [
        { id: "a", project: "one", source: "claude_code", content_type: "ai_code" },
        { id: "b", project: "two", source: "youtube", content_type: "stack_trace" },
        { id: "c", project: null, source: null, content_type: "file_read" },
        { id: "d", project: "o'ne", source: "claude_code", content_type: "user_message" },
      ];
      const chunks = (some: Partial<Selection>) => selected(layout, rows, wanting(some)).chunks;
      expect(chunks({ projects: ["one"] })).toEqual(["a"]);
      expect(chunks({ projects: ["o'ne", "two"] })).toEqual(["d", "b"]);
      expect(chunks({ sources: ["youtube"] })).toEqual(["b"]);
      expect(chunks({ contentTypes: ["file_read", "ai_code"] })).toEqual(["c", "a"]);
      expect(chunks({ projects: ["one"], sources: ["youtube"] })).toEqual([]);
      expect(chunks({})).toEqual(layout === "own" ? ["d", "c", "b", "a"] : ["d", "b", "a"]);
    });

    test("recent compares instants, however they are spelled", () => {
      const rows = [
        { id: "T", created_at: "2026-11-20T09:59:59.999Z" },
        { id: "T+", created_at: "2026-11-20T10:00:00.000Z" },
        { id: "space", created_at: "2026-11-20 09:59:59" },
        { id: "space+", created_at: "2026-11-20 10:00:01" },
        { id: "offset", created_at: "2026-11-20T11:00:00.123456+02:00" },
        { id: "offset+", created_at: "2026-11-20T12:00:00.123456+02:00" },
        { id: "number", created_at: "2461365" },
        { id: "words", created_at: "yesterday" },
      ];
      const { chunks } = selected(layout, rows, wanting({ sinceMs: Date.UTC(2026, 10, 20, 10) }));
      expect(chunks).toEqual(["offset+", "space+", "T+"]);
    });

    test("what anybody has marked or archived is left alone", () => {
      const has = layout === "brainlayer-1" ? {} : { enrich_status: "failed" };
      const marked: Row[] = [
        { id: "done", enriched_at: "2026-02-27T00:24:03.123456+00:00" },
        { id: "failed", enriched_at: "skipped:failed", ...has },
        ...(layout === "brainlayer-1" ? [] : [{ id: "status", enrich_status: "duplicate" }]),
        ...(layout === "own" ? [] : [{ id: "value", value_type: "ARCHIVED" }]),
      ];
      const lifecycle: Row[] = [
        { id: "archived", archived: 1 },
        { id: "superseded", superseded_by: "x" },
        { id: "aggregated", aggregated_into: "x" },
        { id: "archived_at", archived_at: "2026-01-01" },
      ];
      const rows = [...marked, ...(layout === "brainlayer-2" ? lifecycle : []), { id: "open", value_type: "HIGH" }];
      expect(selected(layout, rows)).toMatchObject({ chunks: ["open"], tooShort: [] });
    });

    test("neighbours of a chunk: two before, one after, of its conversation", () => {
      const { target, insert } = openLayout(layout);
      insert(...[0, 1, 2, 3, 4].map((position) => ({ id: `p${position}`, conversation_id: "c", position })));
      insert({ id: "other", conversation_id: "d", position: 3 }, { id: "alone" });
      const around = (id: string) => {
        const found = target.chunkById(id, everything);
        return found === null ? null : target.context(found.chunk).map((chunk) => chunk.id);
      };
      expect(around("p2")).toEqual(["p0", "p1", "p3"]);
      expect(around("p0")).toEqual(["p1"]);
      expect([around("other"), around("alone"), around("none")]).toEqual([[], [], null]);
    });
  });

for (const layout of brainlayers)
  test(`${layout}: without a char_count the text itself is measured, past a NUL too`, () => {
    const rows = [
      { id: "49", content: textOf(49, "é"), char_count: null },
      { id: "50", content: textOf(50, "é"), char_count: null },
      { id: "nul-49", content: `a\0${textOf(47, "\\")}`, char_count: null },
      { id: "nul-50", content: `\0\\u0000${textOf(43, "🙂")}`, char_count: null },
      { id: "bytes", content: new Uint8Array(60), char_count: null },
    ];
    expect(selected(layout, rows)).toMatchObject({ chunks: ["nul-50", "50"], tooShort: ["nul-49", "49"] });
    expect(selected(layout, rows, wanting({ minChars: 60 }))).toMatchObject({ chunks: [], tooShort: ["nul-49", "49"] });
    expect(selected(layout, rows, wanting({ minChars: 40 })).chunks).toEqual(["nul-50", "nul-49", "50", "49"]);
  });

for (const layout of ["own", "brainlayer-2"] as const)
  test(`${layout}: an upgrade takes what only the lexical backend has described, and what is pending`, () => {
    const described = { enriched_at: "2026-11-20T10:00:00.000000+00:00", enrich_status: "success" };
    const rows = [
      { id: "lexical", ...described, enrichment_backend: "lexical" },
      { id: "model", ...described, enrichment_backend: "openai" },
      { id: "short", ...described, enrichment_backend: "lexical", content: "short" },
      { id: "superseded", ...described, enrichment_backend: "lexical", superseded_by: "lexical" },
      { id: "pending" },
    ];
    const of = layout === "own" ? rows.filter(({ id }) => id !== "superseded") : rows;
    expect(selected(layout, of, wanting({ upgrade: true }))).toMatchObject({
      chunks: ["pending", "lexical"],
      tooShort: [],
    });
    expect(selected(layout, of)).toMatchObject({ chunks: ["pending"], tooShort: [] });
  });
