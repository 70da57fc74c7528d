/**
 * Counts a part of a target: a range of rowids, in blocks of a few milliseconds. Every row falls into exactly one class,
 * so the classes add up to the total, also while others write.
 *
 * It reads the table itself, in its order: most of what is counted has no index. Every expression costs a million times
 * itself, which is why sums are packed and why the rare cases are asked about last.
 */

import type { Database } from "bun:sqlite";
import type { Columns } from "./columns.ts";
import * as rules from "./rules.ts";
import { add, addAll, separatorSql, type Tally, tallyJoined } from "./tally.ts";

/** Of a range: the classes, what is filled in, and how often each value of the columns without an index occurs. */
export interface Share {
  readonly sums: Record<Sum, number>;
  readonly tallies: ReadonlyMap<string, Tally>;
}

/** `unmarked` is no class: those of the others that nobody has written anything about. */
export const classes = ["enriched", "tooShort", "notWanted", "archived", "pending", "failed"] as const;
const filled = ["tagged", "summarized", "importanceScored"] as const;
type Sum = "total" | "unmarked" | (typeof classes)[number] | (typeof filled)[number];

export const emptyShare = (columns: readonly string[]): Share => ({
  sums: {
    ...{ total: 0, unmarked: 0, enriched: 0, tooShort: 0, notWanted: 0, archived: 0, pending: 0, failed: 0 },
    ...{ tagged: 0, summarized: 0, importanceScored: 0 },
  },
  tallies: new Map(columns.map((column) => [column, new Map()])),
});

export function addShare(share: Share, { sums, tallies }: Share): void {
  for (const [name, sum] of Object.entries(sums)) share.sums[name as Sum] += sum;
  for (const [column, tally] of tallies) addAll(share.tallies.get(column) ?? new Map(), tally);
}

/** Four numbers in one integer, twelve bits each: a block must not have more rows than fit. */
export const blockRows = 4_000;
const packed = (field: 0 | 1 | 2 | 3): string => `${4096 ** field}`;

/** The rows above `from` up to `to`, added to `share`. A wide range with many rows is halved until each block is small. */
export function countRange(db: Database, columns: Columns, share: Share, from: number, to: number): void {
  const middle = Math.floor((from + to) / 2);
  if (to - from > blockRows && middle > from && middle < to) {
    const rows = db.query<{ n: number }, [number, number]>(`SELECT count(*) AS n ${fromSql}`).get(from, to)?.n ?? 0;
    if (rows > blockRows) {
      countRange(db, columns, share, from, middle);
      countRange(db, columns, share, middle, to);
      return;
    }
  }
  countBlock(db, columns, share, from, to);
}

const fromSql = "FROM chunks NOT INDEXED WHERE rowid > ?1 AND rowid <= ?2";

function countBlock(db: Database, columns: Columns, { sums, tallies }: Share, from: number, to: number): void {
  const joined = [...tallies.keys()].map((column) => `count(${column}), group_concat(${column}, ${separatorSql})`);
  const sql = `SELECT count(*), sum(${openSql(columns)}), sum(${markedSql(columns)}), ${filledSql(columns)}
    ${joined.map((terms) => `, ${terms}`).join("")} ${fromSql}`;
  const [row] = db.query<Record<string, never>, [number, number]>(sql).values(from, to) as (string | number | null)[][];
  const [total = 0, open, marked, tagged, summarized, importance, ...values] = row ?? [];
  const [archived, notWanted, tooShort, pending] = unpacked(open);
  const [markedShort, failed, other, described] = unpacked(marked);
  sums.total += Number(total);
  sums.unmarked += archived + notWanted + tooShort + pending;
  sums.enriched += described;
  sums.archived += archived;
  sums.notWanted += notWanted + other;
  sums.tooShort += tooShort + markedShort;
  sums.pending += pending;
  sums.failed += failed;
  sums.tagged += Number(tagged);
  sums.summarized += Number(summarized);
  sums.importanceScored += Number(importance);
  for (const [i, [column, tally]] of [...tallies].entries()) {
    const read = tallyJoined(String(values[2 * i + 1] ?? ""), Number(values[2 * i]));
    if (Number(values[2 * i]) > 0) addAll(tally, read ?? groupBlock(db, column, from, to));
  }
}

/** What nobody has marked, by why it is, or is not, going to be asked about. */
function openSql(columns: Columns): string {
  const wanted = rules.wantedSql(columns, null);
  const isLong = `${rules.charsSql(columns)} >= ${rules.standingMinChars}`;
  return `CASE WHEN ${rules.unmarkedSql(columns)} THEN CASE
      WHEN ${rules.archivedSql(columns)} THEN ${packed(0)}
      WHEN NOT ifnull(${wanted}, 0) THEN ${packed(1)}
      WHEN ${isLong} OR ${rules.charsSql(columns)} >= ${rules.minCharsSql(columns)} THEN ${packed(3)}
      ELSE ${packed(2)} END END`;
}

/**
 * What somebody has marked. BrainLayer's own statistics decide: `success` alone is described, and a status that is none
 * of ours (`duplicate`) is a row that nobody wants described. Rows that only `enriched_at` speaks of are older.
 */
function markedSql(columns: Columns): string {
  const older = `CASE WHEN enriched_at IS NULL THEN NULL
      WHEN enriched_at < 'skipped:' OR enriched_at >= 'skipped;' THEN ${packed(3)}
      ELSE ${byMark("enriched_at", "skipped:")} END`;
  if (!columns.has("enrich_status")) return older;
  return `CASE WHEN enrich_status IS NULL THEN ${older} ELSE CASE enrich_status WHEN 'success' THEN ${packed(3)}
    ELSE ${byMark("enrich_status", "")} END END`;
}

const byMark = (column: string, prefix: string): string =>
  `CASE ${column} WHEN '${prefix}too_short' THEN ${packed(0)} WHEN '${prefix}failed' THEN ${packed(1)} ELSE ${packed(2)} END`;

/** As BrainLayer counts for its dashboard: neither NULL nor empty. */
function filledSql({ has }: Columns): string {
  const text = (column: string): string => (has(column) ? `sum(${column} > '')` : "0");
  return `${text("tags")}, ${text("summary")}, ${has("importance") ? "count(importance)" : "0"}`;
}

/** Divided, not shifted: a JavaScript shift has 32 bits. The integer is exact below 2^53, as 4,000 rows of one class are. */
function unpacked(value: string | number | null | undefined): [number, number, number, number] {
  const all = Number(value);
  const field = (i: number): number => Math.floor(all / 4096 ** i) % 4096;
  return [field(0), field(1), field(2), field(3)];
}

/** The slow way, for values with the separator in them. */
function groupBlock(db: Database, column: string, from: number, to: number): Tally {
  const sql = `SELECT ${column} AS value, count(*) AS n ${fromSql} AND ${column} IS NOT NULL GROUP BY 1`;
  const tally: Tally = new Map();
  for (const { value, n } of db.query<{ value: unknown; n: number }, [number, number]>(sql).all(from, to))
    add(tally, String(value), n);
  return tally;
}
