/**
 * The numbers of a target: what is done, what is left, what fills the columns. It reads in short pieces, each a read of
 * its own, and gives the event loop a turn after each: no writer waits for it, and neither does anything here.
 */

import type { Database } from "bun:sqlite";
import { type Columns, indexOn } from "./columns.ts";
import { type classes, countRange, emptyShare, type Share } from "./share.ts";
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

const rangeRows = 4_000;
/** A table with gaps in its rowids must not cost an endless number of ranges. */
const rangesMax = 4_096;

export async function countAll(db: Database, columns: Columns): Promise<Counts> {
  const grouped = ["intent", "project", "enrichment_backend"].filter(columns.has);
  const tallied = grouped.filter((column) => indexOn(db, column) === null);
  const share = emptyShare(tallied);
  for (const [from, to] of rangesOf(db)) {
    countRange(db, columns, share, from, to);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // By an index, beside the scan: it costs half of what the scan would.
  const byIndex = grouped.filter((column) => !tallied.includes(column));
  return countsOf(share, new Map([...share.tallies, ...byIndex.map((column) => [column, group(db, column)] as const)]));
}

function rangesOf(db: Database): (readonly [from: number, to: number])[] {
  const sql = "SELECT (SELECT min(rowid) FROM chunks) AS low, (SELECT max(rowid) FROM chunks) AS high";
  const ends = db.query<{ low: number | null; high: number | null }, []>(sql).get();
  const { low, high } = ends ?? { low: null, high: null };
  if (low === null || high === null) return [];
  const width = Math.max(rangeRows, Math.ceil((high - low + 1) / rangesMax));
  const count = Math.ceil((high - low + 1) / width);
  return Array.from({ length: count }, (_, i) => [low - 1 + i * width, Math.min(high, low - 1 + (i + 1) * width)]);
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
