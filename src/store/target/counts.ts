/**
 * The numbers of a target: what is done, what is left, what fills the columns. It reads in short pieces, each a read of
 * its own, and gives the event loop a turn after each: no writer waits for it, and neither does anything here. A large
 * table it shares with a second thread.
 */

import type { Database } from "bun:sqlite";
import { type Columns, indexOn } from "./columns.ts";
import { addShare, type classes, countRange, emptyShare, type Share } from "./share.ts";
import type { Tally } from "./tally.ts";

/** Every row is in one of the six classes, which add up to `total`. */
export interface Counts extends Readonly<Record<(typeof classes)[number], number>> {
  readonly total: number;
  /** Rows that nobody has written anything about, whichever class they are in: BrainLayer calls them remaining. */
  readonly unmarked: number;
  readonly coverage: {
    readonly tagged: number;
    readonly summarized: number;
    readonly importanceScored: number;
    readonly intentClassified: number;
  };
  /** By number, the largest first. */
  readonly byIntent: ReadonlyMap<string, number>;
  readonly byProject: ReadonlyMap<string, number>;
  /** Null where rows do not say which backend described them. */
  readonly byBackend: ReadonlyMap<string, number> | null;
}

/** What is to be counted, shared between threads: whoever adds one to `next` has taken that range. */
export interface Ranges {
  readonly next: Int32Array<SharedArrayBuffer>;
  readonly bounds: readonly (readonly [from: number, to: number])[];
  /** The columns whose values are counted by the scan. */
  readonly tallied: readonly string[];
}

/** Counts ranges beside this thread: the share of those it took, or null when it took some and could not finish. */
export type Assistant = (ranges: Ranges) => Promise<Share | null>;

const rangeRows = 4_000;
/** A table with gaps in its rowids must not cost an endless number of ranges. */
const rangesMax = 4_096;
/** Rows from which a second thread pays for its start. */
const assistedRowsMin = 100_000;

export async function countAll(db: Database, columns: Columns, assist: Assistant | null): Promise<Counts> {
  const grouped = ["intent", "project", "enrichment_backend"].filter(columns.has);
  const tallied = grouped.filter((column) => indexOn(db, column) === null);
  const ranges = rangesOf(db, tallied);
  const restore = scanning(db);
  try {
    const isLarge = ranges.bounds.length * rangeRows >= assistedRowsMin;
    const assisting = assist !== null && isLarge ? assist(ranges) : emptyShare(tallied);
    // By an index, beside the scan: it costs half of what the scan would.
    const byIndex = grouped.filter((column) => !tallied.includes(column));
    const groups = byIndex.map((column) => [column, group(db, column)] as const);
    const share = await countRanges(db, columns, ranges);
    const other = await assisting;
    if (other === null) return await countAll(db, columns, null);
    addShare(share, other);
    return countsOf(share, new Map([...share.tallies, ...groups]));
  } finally {
    restore();
  }
}

/** Takes ranges until there are none left, with a turn of the event loop after each. */
export async function countRanges(db: Database, columns: Columns, { next, bounds, tallied }: Ranges): Promise<Share> {
  const share = emptyShare(tallied);
  for (;;) {
    const range = bounds[Atomics.add(next, 0, 1)];
    if (range === undefined) return share;
    countRange(db, columns, share, ...range);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * A scan reads every page once: a few buffers that stay in the processor's cache are a fifth faster than many, and
 * mapped pages would all count as memory of ours. Gives what puts the connection back.
 */
export function scanning(db: Database): () => void {
  const before = ["cache_size", "mmap_size"].map((name) => {
    const [row] = db.query<never, []>(`PRAGMA ${name}`).values();
    return `PRAGMA ${name} = ${row?.[0] ?? 0}`;
  });
  db.run("PRAGMA cache_size = 16");
  db.run("PRAGMA mmap_size = 0");
  return () => {
    for (const sql of before) db.run(sql);
  };
}

function rangesOf(db: Database, tallied: readonly string[]): Ranges {
  const sql = "SELECT (SELECT min(rowid) FROM chunks) AS low, (SELECT max(rowid) FROM chunks) AS high";
  const ends = db.query<{ low: number | null; high: number | null }, []>(sql).get();
  const { low, high } = ends ?? { low: null, high: null };
  const bounds: [number, number][] = [];
  if (low !== null && high !== null) {
    const width = Math.max(rangeRows, Math.ceil((high - low + 1) / rangesMax));
    for (let from = low - 1; from < high; from += width) bounds.push([from, Math.min(high, from + width)]);
  }
  return { next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), bounds, tallied };
}

function group(db: Database, column: string): Tally {
  const sql = `SELECT ${column} AS value, count(*) AS n FROM chunks WHERE ${column} IS NOT NULL GROUP BY 1`;
  const rows = db.query<{ value: unknown; n: number }, []>(sql).all();
  return new Map(rows.map(({ value, n }) => [String(value), n]));
}

function countsOf({ sums }: Share, tallies: ReadonlyMap<string, Tally>): Counts {
  const { total, unmarked, tagged, summarized, importanceScored } = sums;
  const { enriched, tooShort, notWanted, archived, pending, failed } = sums;
  const byIntent = sorted(tallies.get("intent"));
  const classified = [...byIntent].reduce((sum, [intent, n]) => (intent === "" ? sum : sum + n), 0);
  return {
    ...{ total, unmarked, enriched, tooShort, notWanted, archived, pending, failed },
    coverage: { tagged, summarized, importanceScored, intentClassified: classified },
    byIntent,
    byProject: sorted(tallies.get("project")),
    byBackend: tallies.has("enrichment_backend") ? sorted(tallies.get("enrichment_backend")) : null,
  };
}

const sorted = (tally: Tally = new Map()): Tally =>
  new Map([...tally].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
