import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone } from "../support/alone.ts";
import { type BrainlayerRow, generations, judge, makeBrainlayer } from "../support/brainlayer.ts";
import { changedTables, contentsOf } from "../support/contents.ts";
import { temporaryFolder } from "../support/folder.ts";

const rows: readonly BrainlayerRow[] = [
  ...Array.from({ length: 20 }, (_, i) => ({ id: `row-${i}`, conversation_id: "conversation", position: i })),
  { id: "twin", content: "A row of its own about row-3, long enough for anybody to describe it." },
  { id: "short", content: "ok" },
  { id: "listing", content_type: "file_read" },
  {
    id: "hopeless",
    content: "A text about lighthouses that no model ever describes, however often it is asked. @@poison",
  },
];

/** What the package's own triggers keep in step with `chunks`. */
const followers = /^chunks|^chunk_(?:tags|fts_rowids)$/;

for (const generation of generations)
  describe(`the binary on a database of generation ${generation}`, () => {
    test("enriched in place, found by itself; BrainLayer's own code reads it, counts the same, and finds it", async () => {
      const box = alone();
      const db = box.path(".local/share/brainlayer/brainlayer.db");
      await Bun.write(db, "");
      await makeBrainlayer(generation, db, rows);
      const before = contentsOf(db);
      const server = await startModelServer();
      const run = await box.run("run", "--url", server.url, "--attempts", "1");
      server.stop();
      expect([run.code, run.out]).toEqual([3, ""]);
      // The twin is not asked about; what cannot be read is sent back, and both are asked once more before it is given up,
      // beside a look at the server of two questions.
      expect(server.counts.questions).toBe(20 + 2 + 2 + 2);

      const stats = JSON.parse((await box.run("stats", "--json")).out);
      expect(stats.counts).toMatchObject({ enriched: 21, quarantined: 1, too_short: 1, not_wanted: 1, pending: 0 });
      const after = contentsOf(db);
      expect(changedTables(before, after).filter((table) => !followers.test(table))).toEqual([]);

      const judged = await judge(generation, db, ["connection"]);
      expect(judged.integrity).toEqual(["ok"]);
      expect(judged.stats.enriched).toBe(21);
      expect(judged.stats.by_intent).toEqual(stats.by_intent);
      expect(Object.values(judged.candidates).flat()).toEqual([]);
    });
  });

test("a foreign name for the database: BRAINLAYER_DB, as its users have set it", async () => {
  const db = join(temporaryFolder(), "named.db");
  await makeBrainlayer(1, db, rows.slice(0, 2));
  const { code } = await alone({ BRAINLAYER_DB: db }).run("run", "--backend", "lexical");
  expect(code).toBe(0);
  expect((await judge(1, db, [])).stats).toMatchObject({ enriched: 2, remaining: 0 });
});
