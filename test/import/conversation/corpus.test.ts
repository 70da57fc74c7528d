/** Made conversations with every kind of record, against the counts that they were made for. */

import { describe, expect, test } from "bun:test";
import type { Format } from "../../../src/import/piece.ts";
import { claudeCodeKinds } from "../../support/corpus/claude-code.ts";
import { codexKinds } from "../../support/corpus/codex.ts";
import { type Counts, jsonLines, type Kind, makeRecords } from "../../support/corpus/corpus.ts";
import { chatgptExport, claudeExport } from "../../support/corpus/exports.ts";
import { importInto, newDatabase, rowsIn } from "../../support/importing.ts";

interface Made {
  readonly text: string;
  readonly expected: Required<Counts>;
}

const lines =
  (kinds: readonly Kind[]) =>
  (seed: number, total: number): Made => {
    const { records, expected } = makeRecords(kinds, seed, total);
    return { text: jsonLines(records), expected };
  };

/** The items of Codex as they stood before they had an envelope. */
function bare(seed: number, total: number): Made {
  const kinds = codexKinds.filter(
    ({ name }) => !/^(event|an event|a line|header|turn_|world_|compacted|inter_)/.test(name),
  );
  const { records, expected } = makeRecords(kinds, seed, total);
  const items = records.map((record) => ("payload" in record ? Object(record.payload) : record));
  const header = {
    id: "c0de0000-0000-4000-8000-000000000002",
    timestamp: "2025-08-18T01:16:13.522Z",
    instructions: null,
  };
  const { bookkeeping = 0 } = expected.leftOut;
  const { "response_item/hologram": holograms = 0, ...unknown } = expected.unknown;
  return {
    text: jsonLines([header, ...items]),
    expected: {
      ...expected,
      leftOut: { ...expected.leftOut, bookkeeping: bookkeeping + 1 },
      unknown: { ...unknown, hologram: holograms },
    },
  };
}

const corpora: readonly (readonly [string, Format, (seed: number, total: number) => Made])[] = [
  ["Claude Code", "claude-code", lines(claudeCodeKinds)],
  ["Codex", "codex", lines(codexKinds)],
  ["Codex without envelopes", "codex", bare],
  ["Claude's export", "claude", claudeExport],
  ["ChatGPT's export", "chatgpt", chatgptExport],
];

describe.each(corpora)("%s", (_, format, make) => {
  test.each([1, 2, 3])("seed %d", async (seed) => {
    const { text, expected } = make(seed, 600);
    const path = newDatabase();
    const result = await importInto(path, [{ kind: "text", name: "made", format, text }]);
    expect(result.problems).toEqual([]);
    expect(result.leftOut).toEqual(expected.leftOut);
    expect(result.unknown).toEqual(expected.unknown);
    const rows = await rowsIn(path);
    const found: Record<string, number> = {};
    for (const row of rows) found[String(row["content_type"])] = (found[String(row["content_type"])] ?? 0) + 1;
    expect(found).toEqual(expected.chunks);
    expect([result.added, result.known]).toEqual([rows.length, 0]);
    // In each conversation the places are counted from 0, without a gap.
    const places = new Map<unknown, unknown[]>();
    for (const { conversation_id, position } of rows)
      places.set(conversation_id, [...(places.get(conversation_id) ?? []), position]);
    for (const found of places.values()) expect(found).toEqual(found.map((_, at) => at));
  });
});
