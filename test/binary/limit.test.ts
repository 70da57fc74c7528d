import { expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone } from "../support/alone.ts";
import { enrichedIn, newTarget, textOf } from "../support/target.ts";

const each = (count: number, content: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ id: `chunk-${i}`, content: content(i) }));

const rows = [
  ["8 in flight", each(60, textOf), ["--max", "13", "--parallel", "8"], { chunks: 13, enriched: 13 }],
  ["more slots than questions", each(60, textOf), ["--max", "3", "--parallel", "16"], { chunks: 3, enriched: 3 }],
  // Three of four fail at first, and are asked again: those are the same chunks.
  [
    "failures that are tried again",
    each(40, (i) => `${textOf(i)} ${i % 4 === 0 ? "" : "@@reset*1"}`),
    ["--max", "9", "--parallel", "4", "--attempts", "3"],
    { chunks: 9, enriched: 9 },
  ],
  [
    "chunks that are given up",
    each(40, (i) => `${textOf(i)} ${i % 2 === 0 ? "" : "@@poison"}`),
    ["--max", "10", "--parallel", "4", "--attempts", "1"],
    { chunks: 10, enriched: 5 },
  ],
  // Every text is there three times, next to each other: those asked about give their answer to their twins.
  [
    "twins",
    each(90, (i) => textOf(Math.floor(i / 3))),
    ["--max", "7", "--parallel", "4"],
    { chunks: 7, enriched: null },
  ],
] as const;

for (const [name, chunks, flags, expected] of rows)
  test(`--max is kept to the question: ${name}`, async () => {
    const server = await startModelServer({ latencyMs: 30 });
    const db = newTarget(chunks);
    const { code, err } = await alone().run("run", "--db", db, "--url", server.url, ...flags);
    server.stop();
    expect({ code: code === 3 ? 0 : code, err }).toMatchObject({ code: 0 });
    // The other texts are what a server is looked at with before a chunk is given up.
    expect([...server.asked.keys()].filter((text) => text.startsWith("Text number")).length).toBe(expected.chunks);
    if (expected.enriched !== null) expect(enrichedIn(db)).toBe(expected.enriched);
    else expect(enrichedIn(db)).toBeGreaterThanOrEqual(expected.chunks);
  });

test("and ends a run that watches, once those are settled", async () => {
  const server = await startModelServer();
  const db = newTarget([...each(20, textOf), { id: "late", content: `${textOf(99)} @@poison*2` }]);
  const { code } = await alone().run("run", "--db", db, "--url", server.url, "--watch", "--max", "6");
  server.stop();
  expect([code, server.asked.size, enrichedIn(db)]).toEqual([0, 6, 6]);
});
