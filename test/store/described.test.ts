import { expect, test } from "bun:test";
import { openDescribed } from "../../src/store/described.ts";
import { layouts, type Opened, openLayout } from "../support/layouts.ts";

function idsOf({ db }: Pick<Opened, "db">, all: boolean) {
  const { page } = openDescribed({ db, path: ":memory:" });
  const rows: Record<string, unknown>[] = [];
  let calls = 0;
  for (let after: number | null = null; ; calls++) {
    const found = page(all, after);
    rows.push(...found.rows.map((row) => ({ ...row })));
    if (found.next === null) break;
    after = found.next;
  }
  return { rows, calls, states: rows.map(({ id, status }) => `${id} ${status}`) };
}

test("one word for each state, in all layouts", () => {
  for (const layout of layouts) {
    const opened = openLayout(layout);
    const marked = layout === "brainlayer-1" ? {} : { enrich_status: "success" };
    opened.insert(
      { id: "new" },
      { id: "done", enriched_at: "2026-11-24T00:00:00.000000+00:00", summary: "s", tags: '["a"]', ...marked },
      {
        id: "short",
        ...(layout === "brainlayer-1" ? { enriched_at: "skipped:too_short" } : { enrich_status: "too_short" }),
      },
      { id: "lost", ...(layout === "brainlayer-1" ? { enriched_at: "skipped:failed" } : { enrich_status: "failed" }) },
    );
    expect(idsOf(opened, true).states).toEqual(["new pending", "done enriched", "short too_short", "lost failed"]);
    const { rows } = idsOf(opened, false);
    expect(rows).toMatchObject([{ id: "done", summary: "s", tags: '["a"]', project: null }]);
    expect(idsOf(opened, true).rows.map((row) => row["enriched_at"])).toEqual([
      ...[null, "2026-11-24T00:00:00.000000+00:00", null, null],
    ]);
  }
});

test("rows that only a time speaks of are described too", () => {
  const opened = openLayout("brainlayer-2");
  opened.insert({ id: "old", enriched_at: "2025-01-01T00:00:00+00:00", summary: "s" });
  expect(idsOf(opened, false).states).toEqual(["old enriched"]);
});

test("each row once, in order, over many pages and gaps", () => {
  for (const layout of layouts) {
    const opened = openLayout(layout);
    const status = layout === "brainlayer-1" ? {} : { enrich_status: "success" };
    opened.insert(
      ...Array.from({ length: 9_000 }, (_, i) => ({
        ...{ id: `c${i}`, content: "x" },
        ...(i % 3 === 0 ? { enriched_at: "2026-11-24", ...status } : {}),
      })),
    );
    opened.db.run("DELETE FROM chunks WHERE rowid BETWEEN 3000 AND 6500");
    const expected = Array.from({ length: 9_000 }, (_, i) => i).filter((i) => i + 1 < 3_000 || i + 1 > 6_500);
    expect(idsOf(opened, true).rows.map(({ id }) => id)).toEqual(expected.map((i) => `c${i}`));
    const described = idsOf(opened, false);
    expect(described.rows.map(({ id }) => id)).toEqual(expected.filter((i) => i % 3 === 0).map((i) => `c${i}`));
    expect(described.calls).toBeLessThan(6);
  }
});

test("rows of a megabyte come one by one", () => {
  const opened = openLayout("own");
  opened.insert(...Array.from({ length: 5 }, () => ({ content: "x".repeat(2 ** 20) })));
  const { page } = openDescribed({ db: opened.db, path: ":memory:" });
  expect(page(true, null).rows).toHaveLength(1);
  expect(idsOf(opened, true).rows).toHaveLength(5);
});

test("in our own layout what is described is found by the index, not by reading everything", () => {
  const { db } = openLayout("own");
  const plan = db
    .query<{ detail: string }, []>(
      "EXPLAIN QUERY PLAN SELECT rowid FROM chunks INDEXED BY chunks_enrich_status WHERE enrich_status = 'success' AND rowid > 5 ORDER BY rowid LIMIT 9",
    )
    .all();
  expect(plan.map(({ detail }) => detail).join()).toMatch(
    /SEARCH chunks USING COVERING INDEX chunks_enrich_status \(enrich_status=\? AND rowid>\?\)$/,
  );
});

test("a database without chunks is no target", () => {
  expect(() => openDescribed({ db: openLayout("own", "CREATE TABLE chunks (a)").db, path: "x" })).toThrow("no column");
});
