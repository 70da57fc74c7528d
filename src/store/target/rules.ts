/**
 * The rules on rows as SQL conditions: which are pending, wanted, long enough. Written from the columns that are there.
 * Pure; the rules are those of BrainLayer's two generations (facts on its databases).
 */

import type { Selection } from "../target.ts";
import type { Columns } from "./columns.ts";

/** What BrainLayer's pipeline describes; the other types are listings and noise. */
const brainlayerTypes = ["ai_code", "stack_trace", "user_message", "assistant_text"] as const;
/** Code points below which a text is not worth a question. */
export const standingMinChars = 50;
/** Messages of chats are short, and still say something. */
export const chatMinChars = 15;
export const chatSources: readonly string[] = ["whatsapp", "telegram"];

/** Terms are joined by AND; a unary plus keeps the planner from an index that is not the one named. */
export const unmarkedSql = ({ has }: Columns): string =>
  has("enrich_status") ? "enriched_at IS NULL AND enrich_status IS NULL" : "enriched_at IS NULL";

/**
 * The older generation marks `value_type`, the current one has columns; a database on its way from one to the other has
 * both, and either was its owner's wish.
 */
export function archivedSql({ has }: Columns): string {
  const terms: string[] = [];
  if (has("value_type")) terms.push("value_type IS 'ARCHIVED'");
  for (const column of ["superseded_by", "aggregated_into", "archived_at"])
    if (has(column)) terms.push(`${column} IS NOT NULL`);
  if (has("archived")) terms.push("coalesce(archived, 0) <> 0");
  return terms.length === 0 ? "0" : `(${terms.join(" OR ")})`;
}

export const pendingSql = (columns: Columns): string => `(${unmarkedSql(columns)} AND NOT ${archivedSql(columns)})`;

/** Described, but only by the backend without a model. */
export const lexicalSql = ({ has }: Columns): string =>
  has("enrichment_backend") && has("enrich_status")
    ? "(enrich_status IS 'success' AND enrichment_backend IS 'lexical')"
    : "0";

/** A text, and of a type that this selection or this layout's users want. */
export function wantedSql({ layout, has }: Columns, contentTypes: Selection["contentTypes"]): string {
  const types = contentTypes ?? (layout === "own" || !has("content_type") ? [] : brainlayerTypes);
  const isText = "typeof(content) = 'text'";
  if (types.length === 0) return isText;
  return has("content_type") ? `(content_type IN ${list(types)} AND ${isText})` : "0";
}

/** The standing minimum of a row, as an SQL expression. */
export const minCharsSql = ({ has }: Columns): string =>
  has("source") ? `iif(source IN ${list(chatSources)}, ${chatMinChars}, ${standingMinChars})` : `${standingMinChars}`;

/** Code points of a row's content. */
export const charsSql = ({ has }: Columns): string =>
  has("char_count") ? `coalesce(char_count, ${measuredSql})` : measuredSql;

/**
 * SQLite's length of a text ends at a NUL. As JSON, a NUL is six characters, which become one again; backslashes go
 * first, so that a text that only talks of them is not taken for it.
 */
const measuredSql = `iif(instr(CAST(content AS BLOB), x'00') = 0, length(content), length(json_extract(
  replace(replace(json_quote(CAST(content AS TEXT)), '\\\\', '.'), '\\u0000', '.'), '$')))`;

/** The narrowing that a user asks for: project, source, age. */
export function narrowSql({ has }: Columns, selection: Selection): string {
  const terms: string[] = [];
  const among = (column: string, values: readonly string[]): void => {
    if (values.length > 0) terms.push(has(column) ? `${column} IN ${list(values)}` : "0");
  };
  among("project", selection.projects);
  among("source", selection.sources);
  if (selection.sinceMs !== null) terms.push(has("created_at") ? `${createdMsSql} >= ${selection.sinceMs}` : "0");
  return terms.length === 0 ? "1" : terms.join(" AND ");
}

/**
 * The instant of `created_at` in milliseconds, whichever way it is spelt (T or space, Z, an offset, none for UTC). As
 * texts, `T` sorts after a space, and "the last hour" once gave rows of the day. A bare number would pass as a Julian day.
 */
const createdMsSql =
  "iif(created_at GLOB '[0-9][0-9][0-9][0-9]-*', round((julianday(created_at) - 2440587.5) * 86400000), NULL)";

const list = (values: readonly string[]): string => `(${values.map(quote).join(", ")})`;

/** A NUL would end the statement early for SQLite, and no column that we compare holds one. */
const quote = (value: string): string => `'${value.replaceAll("\0", "").replaceAll("'", "''")}'`;
