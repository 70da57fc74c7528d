import { describe, expect, test } from "bun:test";
import { contentHash } from "../../../src/store/content.ts";
import type { FailedCursor, Layout, Target } from "../../../src/store/target.ts";
import { allPages, everything, layouts, openLayout, type Row, schemas, textOf } from "../../support/layouts.ts";

/** Given up, in the form of the layout. */
const given = (layout: Layout): Row =>
  layout === "brainlayer-1" ? { enriched_at: "skipped:failed" } : { enrich_status: "failed" };

function allFailed({ failedPage }: Target): string[] {
  const ids: string[] = [];
  let cursor: FailedCursor | null = null;
  do {
    const page: ReturnType<Target["failedPage"]> = failedPage(cursor);
    ids.push(...page.ids);
    cursor = page.next;
  } while (cursor !== null);
  return ids;
}

const variants: readonly (readonly [string, Layout, string])[] = [
  ...layouts.map((layout) => [layout, layout, schemas[layout]] as const),
  ["brainlayer-2 without any index", "brainlayer-2", schemas["brainlayer-2"].replace(/CREATE INDEX [^;]*;/g, "")],
  ["brainlayer-1 without any index", "brainlayer-1", schemas["brainlayer-1"].replace(/CREATE INDEX [^;]*;/g, "")],
];

for (const [name, layout, schema] of variants)
  describe(name, () => {
    const open = () => {
      const opened = openLayout(layout, schema);
      const archived = layout === "brainlayer-1" ? { value_type: "ARCHIVED" } : { superseded_by: "other" };
      const done = layout === "brainlayer-1" ? {} : { enrich_status: "success" };
      opened.insert(
        { id: "failed-1", ...given(layout) },
        { id: "pending" },
        { id: "done", enriched_at: "2026-02-27", ...done },
        { id: "failed-2", ...given(layout) },
        layout === "brainlayer-1"
          ? { id: "short", enriched_at: "skipped:too_short" }
          : { id: "short", enrich_status: "too_short" },
        { id: "older", enriched_at: "skipped:failed" },
        ...(layout === "own" ? [] : [{ id: "archived", ...given(layout), ...archived }]),
      );
      return opened;
    };

    test("those that are marked failed are found, each once, and no other", () => {
      const archived = layout === "own" ? [] : ["archived"];
      expect(allFailed(open().target).toSorted()).toEqual([...archived, "failed-1", "failed-2", "older"].toSorted());
    });

    test("a long table is gone through in bounded steps", () => {
      const { target, insert } = openLayout(layout, schema);
      insert(
        ...Array.from({ length: 4_500 }, (_, i) => (i % 1_000 === 7 ? { id: `failed-${i}`, ...given(layout) } : {})),
      );
      expect(allFailed(target)).toEqual(["failed-4007", "failed-3007", "failed-2007", "failed-1007", "failed-7"]);
    });

    test("put back is pending, as if it had never been marked; the others are left", () => {
      const { db, target } = open();
      const back = (...ids: string[]) =>
        db
          .transaction(() => target.putBack(ids.map((chunkId) => ({ chunkId, contentHash: contentHash(textOf(60)) }))))
          .immediate();
      const before = db.query("SELECT * FROM chunks WHERE id = 'pending'").get() as Row;
      expect(back("failed-1", "older", "pending", "done", "short", "absent")).toEqual([
        ...(["put_back", "put_back", "pending", "taken", "taken", "gone"] as const),
      ]);
      expect(allPages(target, everything).chunks.toSorted()).toEqual(["failed-1", "older", "pending"]);
      expect(db.query("SELECT * FROM chunks WHERE id = 'failed-1'").get()).toEqual({ ...before, id: "failed-1" });
      if (layout !== "own") expect(back("archived")).toEqual(["taken"]);
      db.run("UPDATE chunks SET content = 'another text' WHERE id = 'failed-2'");
      expect(back("failed-2")).toEqual(["changed"]);
      const anyText = db.transaction(() => target.putBack([{ chunkId: "failed-2", contentHash: null }])).immediate();
      expect(anyText).toEqual(["put_back"]);
    });

    test("how one stands, and whose id begins so", () => {
      const { target } = open();
      const marks = ["failed-1", "older", "pending", "done", "short"].map((id) => target.standingOf(id)?.mark);
      expect(marks).toEqual(["failed", "failed", "pending", "other", "other"]);
      expect(target.standingOf("absent")).toBeNull();
      expect(target.standingOf("pending")?.hash).toBe(contentHash(textOf(60)));
      expect([target.idsFrom("failed-", 9), target.idsFrom("fai%", 9)]).toEqual([["failed-1", "failed-2"], []]);
    });
  });
