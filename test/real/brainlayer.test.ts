import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { contentHash } from "../../src/store/content.ts";
import { openDatabase } from "../../src/store/database.ts";
import { transact } from "../../src/store/lock.ts";
import { type Application, type Counts, openTarget } from "../../src/store/target.ts";
import {
  type BrainlayerRow,
  type Generation,
  generations,
  type Judgement,
  judge,
  makeBrainlayer,
} from "../support/brainlayer.ts";
import { type Contents, changedTables, changedValues, contentsOf } from "../support/contents.ts";
import { temporaryFolder } from "../support/folder.ts";
import { enrichment, waiting } from "../support/journal.ts";
import { allPages, everything } from "../support/layouts.ts";

const at = "2026-02-27T00:24:03.123456+00:00";
const wanted = Array.from({ length: 12 }, (_, i) => `row-${i}`);
const givenUp = ["hopeless-0", "hopeless-1"];

/** Rows of all kinds: to be described, too short, given up, not wanted, done before. */
function rowsOf(generation: Generation): BrainlayerRow[] {
  const done = generation === 1 ? {} : { enrich_status: "success" };
  const skipped = generation === 1 ? { enriched_at: "skipped:too_short" } : { enrich_status: "duplicate" };
  const archived: BrainlayerRow = generation === 1 ? { value_type: "ARCHIVED" } : { superseded_by: "row-0" };
  return [
    { id: "done", enriched_at: at, ...done, summary: "Done long ago.", tags: '["old"]', intent: "deciding" },
    { id: "skipped", ...skipped },
    { id: "archived", ...archived },
    { id: "listing", content_type: "file_read" },
    { id: "short", content: "ok" },
    { id: "chat", content: "see you at seven", source: "whatsapp" },
    { id: "short-chat", content: "ok", source: "telegram" },
    { id: "unmeasured", char_count: null },
    ...wanted.map((id, position) => ({ id, conversation_id: "conversation", position })),
    ...givenUp.map((id) => ({ id })),
  ];
}

interface Enriched {
  readonly before: Contents;
  readonly after: Contents;
  readonly asked: readonly string[];
  readonly tooShort: readonly string[];
  readonly counts: Counts;
  readonly judgedBefore: Judgement;
  readonly judged: Judgement;
}

async function enrichInPlace(generation: Generation): Promise<Enriched> {
  const path = join(temporaryFolder(), `generation-${generation}.db`);
  await makeBrainlayer(generation, path, rowsOf(generation));
  const judgedBefore = await judge(generation, path, []);
  const before = contentsOf(path);
  const { db, close } = await openDatabase(path, "write", waiting);
  const target = openTarget({ db, path });
  const { chunks: asked, tooShort } = allPages(target, everything);
  const all = [...asked, ...tooShort].map((id): Application => {
    const content = target.chunkById(id, everything)?.chunk.content ?? "";
    return { chunkId: id, contentHash: contentHash(content), verdict: verdictOn(id, tooShort.includes(id)) };
  });
  for (let i = 0; i < all.length; i += 5) {
    const applied = await transact(db, path, () => target.applyAll(all.slice(i, i + 5)), waiting);
    expect(applied).toEqual(applied.map(() => "applied"));
  }
  const counts = await target.counts();
  close();
  const after = contentsOf(path);
  // A word of the text, one that only our summaries have, one that only our tags have.
  const judged = await judge(generation, path, ["hopeless", "quokka", "wombat"]);
  return { before, after, asked, tooShort, counts, judgedBefore, judged };
}

function verdictOn(id: string, isShort: boolean): Application["verdict"] {
  if (isShort) return { kind: "too_short" };
  if (givenUp.includes(id)) return { kind: "failed" };
  const described = { ...enrichment, summary: `The quokka of ${id}.`, tags: ["wombat", id] };
  const asker = { backend: "openai", model: "model-a", promptVersion: "prompt-1" };
  return { kind: "enriched", enrichment: described, marks: [], ...asker, answeredAtMs: Date.UTC(2026, 10, 20, 10) };
}

const written: Record<Generation, readonly string[]> = {
  1: [
    ...["debt_impact", "enriched_at", "epistemic_level", "external_deps", "importance", "intent", "primary_symbols"],
    ...["resolved_query", "summary", "tags"],
  ],
  2: [
    ...["debt_impact", "enrich_status", "enriched_at", "enrichment_backend", "enrichment_model", "enrichment_version"],
    ...["epistemic_level", "external_deps", "importance", "intent", "key_facts", "metadata", "primary_symbols"],
    ...["resolved_queries", "resolved_query", "sentiment_label", "sentiment_score", "sentiment_signals"],
    ...["summary", "tags"],
  ],
};
const marks: Record<Generation, (kind: string) => object> = {
  1: (kind) => ({ enriched_at: `skipped:${kind}` }),
  2: (kind) => ({ enrich_status: kind }),
};
/** What the triggers of the current generation keep up to date; the older one's do not look at our columns. */
const kept =
  /^(chunks_fts|chunks_fts_operational|chunks_fts_trigram)_(data|idx|content|docsize)$|^chunk_fts_rowids$|^chunk_tags$/;

for (const generation of generations)
  describe(`BrainLayer, generation ${generation}`, () => {
    let it: Enriched;
    beforeAll(async () => {
      it = await enrichInPlace(generation);
    }, 180_000);
    const described = () => it.asked.filter((id) => !givenUp.includes(id));

    test("its own candidates are our selection, but for what it never gets to and what is archived", () => {
      const { candidates } = it.judgedBefore;
      const theirs = new Set([...Object.values(candidates).flat()].filter((id) => id !== "archived"));
      expect(it.asked.filter((id) => id !== "unmeasured").sort()).toEqual([...theirs].sort());
      const newestFirst = it.asked.filter((id) => candidates[""]?.includes(id));
      expect(newestFirst).toEqual((candidates[""] ?? []).filter((id) => id !== "archived"));
      expect(it.tooShort).toEqual(["short-chat", "short"]);
    });

    test("its own statistics agree with ours, and it has nothing left to ask about", () => {
      const { total, enriched, unmarked, byIntent } = it.counts;
      expect(it.judged.stats).toMatchObject({
        ...{ total_chunks: total, enriched, remaining: unmarked, skipped: total - enriched - unmarked },
        by_intent: Object.fromEntries(byIntent),
      });
      expect(it.counts).toMatchObject({ pending: 0, enriched: 15, failed: 2, archived: 1 });
      expect(Object.values(it.judged.candidates).flat()).toEqual(["archived"]);
    });

    test("the file is whole, and its search finds what it should", () => {
      expect(it.judged.integrity).toEqual(["ok"]);
      const { hopeless, quokka, wombat } = it.judged.found;
      expect(hopeless?.toSorted()).toEqual(givenUp);
      // The older generation's full-text index has the text alone.
      const found = generation === 1 ? [] : [...described()].sort();
      expect([quokka?.toSorted(), wombat?.toSorted()]).toEqual([found, found]);
    });

    test("only the enrichment columns have changed, only in rows that were pending", () => {
      const before = new Map(it.before.tables.get("chunks")?.map((row) => [row["id"], row]));
      for (const row of it.after.tables.get("chunks") ?? []) {
        const id = String(row["id"]);
        const values = changedValues(before.get(id), row);
        if (described().includes(id)) expect([id, Object.keys(values).sort()]).toEqual([id, [...written[generation]]]);
        else if (givenUp.includes(id)) expect(values).toEqual({ ...marks[generation]("failed") });
        else if (it.tooShort.includes(id)) expect(values).toEqual({ ...marks[generation]("too_short") });
        else expect([id, values]).toEqual([id, {}]);
      }
      expect(it.after.tables.get("chunks")).toHaveLength(rowsOf(generation).length);
    });

    test("no other table, no schema, no mode has changed, but for what its own triggers keep", () => {
      expect(it.after.schema).toEqual(it.before.schema);
      expect(it.after.journalMode).toEqual(it.before.journalMode);
      const changed = changedTables(it.before, it.after);
      expect(changed.filter((name) => generation === 1 || !kept.test(name))).toEqual(["chunks"]);
      if (generation === 1) return;
      const tags = it.after.tables.get("chunk_tags")?.map(({ chunk_id, tag }) => `${chunk_id} ${tag}`);
      expect(tags?.toSorted()).toEqual(
        ["done old", ...described().flatMap((id) => [`${id} wombat`, `${id} ${id}`])].sort(),
      );
    });
  });
