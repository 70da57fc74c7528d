import { expect, test } from "bun:test";
import fc from "fast-check";
import { exportFormats } from "../../src/export/format.ts";
import type { ImportSource } from "../../src/import/input.ts";
import { exportRows } from "../../src/run/exporting.ts";
import { solidLines } from "../import/pieces.ts";
import { asText, importInto, newDatabase } from "../support/importing.ts";
import { waiting } from "../support/journal.ts";
import { jsonLines } from "../support/json-lines.ts";

/** What `export --all` gives back of what was imported. */
async function there(source: ImportSource) {
  const db = newDatabase();
  const counts = await importInto(db, [source]);
  let out = "";
  const rows = await exportRows({
    ...{
      paths: { db, journal: null },
      format: exportFormats.jsonl,
      all: true,
      waiting,
      onSnapshot: () => {},
      onUnreadable: () => {},
    },
    write: async (text) => {
      out += text;
      return true;
    },
  });
  const found = jsonLines(out) as { id: string; content: string }[];
  expect([rows, counts.added]).toEqual([found.length, found.length]);
  return { found, counts };
}

const anyText = fc.string({ unit: "binary", maxLength: 200 });

test("JSONL: every text comes back to the letter, or is counted", async () => {
  const records = fc.array(fc.record({ id: fc.integer({ min: 0, max: 15 }), text: anyText }), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(records, async (records) => {
      const lines = records.map((record) => JSON.stringify(record)).join("\n");
      const { found, counts } = await there(asText("a.jsonl", "jsonl", lines));
      const good = records.filter(({ text }) => text.trim() !== "" && !text.includes("\0"));
      // The same id with the same text is one chunk; with another text it is another.
      const expected = new Map(good.map((record) => [JSON.stringify([record.id, record.text]), record]));
      expect(found.map(({ content }) => content)).toEqual([...expected.values()].map(({ text }) => text));
      for (const [i, { id }] of [...expected.values()].entries()) expect(found[i]?.id.split("~")[0]).toBe(`${id}`);
      // A file with nothing in it is counted as one place.
      expect(counts.added + counts.known + counts.problemsTotal).toBe(Math.max(1, records.length));
    }),
    { numRuns: 100 },
  );
});

for (const format of ["markdown", "text"] as const)
  test(`${format}: joined, the chunks are the text's lines`, async () => {
    const line = fc.oneof(
      fc.constantFrom("# A", "```", "", "- a"),
      anyText.map((text) => text.replaceAll(/[\n\r\0]/g, " ")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (lines) => {
        // A number makes each line another one: of two equal pieces in a file, one is kept.
        const text = lines.map((one, i) => (one === "" || one === "```" ? one : `${one} ${i}`)).join("\n");
        const { found, counts } = await there(asText("a", format, text));
        const all = solidLines(text);
        expect(solidLines(found.map(({ content }) => content).join("\n"))).toEqual(all);
        expect(counts.problemsTotal).toBe(all.length === 0 ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });
