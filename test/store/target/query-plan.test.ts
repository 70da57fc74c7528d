import { expect, test } from "bun:test";
import type { Selection } from "../../../src/store/target.ts";
import { allPages, everything, layouts, type Opened, openLayout } from "../../support/layouts.ts";

/** The plans of all statements that `body` runs. */
function plansOf({ db }: Opened, body: () => void): string[] {
  const statements: string[] = [];
  const query = db.query.bind(db);
  db.query = ((sql: string) => {
    statements.push(sql);
    return query(sql);
  }) as typeof db.query;
  body();
  db.query = query;
  return statements.flatMap((sql) =>
    query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail),
  );
}

const narrowed: Selection = { ...everything, projects: ["p"], sources: ["claude_code"], sinceMs: 0, minChars: 20 };

for (const layout of layouts)
  test(`${layout}: pending rows are found by an index and in its order, also where statistics are out of date`, () => {
    const opened = openLayout(layout);
    // As if, when it was last analyzed, every row had been pending, and each of a source of its own.
    opened.db.run("ANALYZE");
    opened.db.run("DELETE FROM sqlite_stat1");
    for (const [name, stat] of Object.entries({
      source: "9000 1",
      enriched_at: "9000 9000",
      enrich_status: "9000 9000",
    }))
      for (const prefix of ["idx", "chunks"])
        opened.db.query("INSERT INTO sqlite_stat1 VALUES ('chunks', ?, ?)").run(`${prefix}_${name}`, stat);
    opened.db.run("ANALYZE sqlite_master");
    for (const selection of [everything, narrowed]) {
      const plans = plansOf(opened, () => {
        opened.target.pendingPage(selection, null, 10);
        opened.target.countPage(selection, null);
        opened.target.chunkById("none", selection);
      });
      // Rows given up keep `enriched_at` NULL in our own layout, so the status leaves fewer to look at.
      const column = layout === "own" ? "enrich_status=?" : "enriched_at=?";
      const pending = plans.filter((plan) => plan.includes(column));
      expect(pending.length).toBeGreaterThanOrEqual(2);
      for (const plan of plans) expect(plan).not.toMatch(/SCAN chunks|TEMP B-TREE/);
    }
  });

test("a call looks at a bounded number of rows, so that rows nobody wants hold nothing up", () => {
  const { target, insert } = openLayout("brainlayer-1");
  insert({ id: "wanted" });
  insert(...Array.from({ length: 5_000 }, () => ({ content_type: "file_read" })));
  const first = target.pendingPage(everything, null, 10);
  expect(first).toMatchObject({ chunks: [], tooShort: [] });
  expect(first.next).toBe(3_002);
  expect(allPages(target, everything)).toMatchObject({ chunks: ["wanted"], calls: 3 });
});
