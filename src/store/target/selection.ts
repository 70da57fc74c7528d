/**
 * Which chunks are asked about: pages of pending rows, newest first, found through an index. Each call reads a bounded
 * number of rows and holds no read open after it.
 */

import type { Database } from "bun:sqlite";
import type { Chunk, Found, Page, Selection } from "../target.ts";
import type { Columns } from "./columns.ts";
import { chunkSql } from "./rows.ts";
import * as rules from "./rules.ts";

/** Rows that one call may look at, wanted or not: a few milliseconds, so that nothing else waits. */
export const rowsVisitedMax = 2_000;

interface Row extends Chunk {
  readonly chars: number;
  readonly pending: number;
}

export function pendingPage(
  db: Database,
  columns: Columns,
  selection: Selection,
  before: number | null,
  limit: number,
) {
  const candidates = candidatesSql(columns, selection);
  const top = before ?? Number.MAX_SAFE_INTEGER;
  const stretch = stretchOf(db, candidates, top);
  if (stretch === null) return { chunks: [], tooShort: [], next: null } satisfies Page;
  const rows = db
    .query<Row, [number, number, number]>(
      `SELECT ${chunkSql(columns)}, ${rules.charsSql(columns)} AS chars, ${rules.pendingSql(columns)} AS pending
       FROM ${candidates}
         AND chunks.rowid < ?1 AND chunks.rowid >= ?2 AND ${filterSql(columns, selection)}
       ORDER BY chunks.rowid DESC LIMIT ?3`,
    )
    .all(top, stretch.floor, limit);
  const page: { chunks: Chunk[]; tooShort: Chunk[] } = { chunks: [], tooShort: [] };
  for (const { chars, pending, ...chunk } of rows) {
    const fate = lengthFate(chunk, chars, selection.minChars);
    if (fate === "chunks" || (fate === "tooShort" && pending === 1)) page[fate].push(chunk);
  }
  const last = rows.at(-1);
  const next = rows.length === limit && last !== undefined ? last.rowid : stretch.isLast ? null : stretch.floor;
  return { ...page, next } satisfies Page;
}

/** How many rows of one stretch would be asked about, without reading them into memory; `next` continues. */
export function countPage(db: Database, columns: Columns, selection: Selection, before: number | null) {
  const candidates = candidatesSql(columns, selection);
  const top = before ?? Number.MAX_SAFE_INTEGER;
  const stretch = stretchOf(db, candidates, top);
  if (stretch === null) return { count: 0, next: null };
  const min = selection.minChars ?? rules.minCharsSql(columns);
  const row = db
    .query<{ n: number }, [number, number]>(
      `SELECT count(*) AS n FROM ${candidates} AND chunks.rowid < ?1 AND chunks.rowid >= ?2
         AND ${filterSql(columns, selection)} AND ${rules.charsSql(columns)} >= ${min}`,
    )
    .get(top, stretch.floor);
  return { count: row?.n ?? 0, next: stretch.isLast ? null : stretch.floor };
}

/** One chunk by its id, and how it stands to a selection now. */
export function findChunk(db: Database, columns: Columns, id: string, selection: Selection): Found | null {
  type FoundRow = Row & { readonly upgradable: number; readonly passes: number };
  const row = db
    .query<FoundRow, [string]>(
      `SELECT ${chunkSql(columns)}, ${rules.charsSql(columns)} AS chars, ${rules.pendingSql(columns)} AS pending,
         ${upgradableSql(columns, selection)} AS upgradable,
         ifnull(${rules.wantedSql(columns, selection.contentTypes)} AND ${rules.narrowSql(columns, selection)}, 0) AS passes
       FROM chunks WHERE id = ?`,
    )
    .get(id);
  if (row === null || typeof row.content !== "string") return null;
  const { chars, pending, upgradable, passes, ...chunk } = row;
  const isLong = lengthFate(chunk, chars, selection.minChars) === "chunks";
  const isOpen = pending === 1 || upgradable === 1;
  return { chunk, pending: pending === 1, upgradable: upgradable === 1, selected: isOpen && passes === 1 && isLong };
}

/** `chunks` with the condition that an index answers; what follows it only looks closer. */
function candidatesSql({ pending, has }: Columns, { upgrade }: Selection): string {
  // No index finds what `lexical` has described, so an upgrade reads every row, newest first, stretch by stretch.
  if (upgrade && has("enrichment_backend")) return "chunks NOT INDEXED WHERE 1";
  return `chunks ${pending.by} WHERE ${pending.column} IS NULL`;
}

function filterSql(columns: Columns, selection: Selection): string {
  const open = `(${rules.pendingSql(columns)} OR ${upgradableSql(columns, selection)})`;
  const wanted = rules.wantedSql(columns, selection.contentTypes);
  return `${open} AND ${wanted} AND ${rules.narrowSql(columns, selection)} AND ${notLeftSql(columns, selection)}`;
}

const upgradableSql = (columns: Columns, selection: Selection): string =>
  selection.upgrade ? `(${rules.lexicalSql(columns)} AND NOT ${rules.archivedSql(columns)})` : "0";

/** Rows that are long enough for the standing rule and not for the user's are no business of this run. */
function notLeftSql(columns: Columns, { minChars }: Selection): string {
  if (minChars === null || !columns.has("char_count")) return "1";
  return `(char_count IS NULL OR char_count >= ${minChars} OR char_count < ${rules.minCharsSql(columns)})`;
}

/** The next rows below `top` by the index alone: where they end, and whether they are the last. */
export function stretchOf(db: Database, candidates: string, top: number): { floor: number; isLast: boolean } | null {
  const row = db
    .query<{ floor: number | null; n: number }, [number, number]>(
      `SELECT min(rowid) AS floor, count(*) AS n FROM
         (SELECT chunks.rowid AS rowid FROM ${candidates} AND chunks.rowid < ?1 ORDER BY chunks.rowid DESC LIMIT ?2)`,
    )
    .get(top, rowsVisitedMax);
  if (row === null || row.floor === null) return null;
  return { floor: row.floor, isLast: row.n < rowsVisitedMax };
}

/** A row below every minimum is marked too short for good; between two minimums it is left for another run. */
function lengthFate({ source }: Chunk, chars: number, minChars: number | null): "chunks" | "tooShort" | "left" {
  const standing = rules.chatSources.includes(source ?? "") ? rules.chatMinChars : rules.standingMinChars;
  if (chars >= (minChars ?? standing)) return "chunks";
  return chars < standing ? "tooShort" : "left";
}
