/**
 * Writes verdicts to the target: one UPDATE per chunk, only the enrichment columns, only where the chunk is still
 * pending with the content that the verdict is about.
 *
 * One UPDATE, never column by column: each one that names a described column rebuilds three full-text entries in a
 * database of the current generation (facts on BrainLayer databases).
 */

import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Enrichment } from "../../core/enrichment.ts";
import { contentHash } from "../content.ts";
import type { Application, Applied } from "../target.ts";
import type { Columns } from "./columns.ts";
import { lexicalSql, pendingSql } from "./rules.ts";

type Verdict = Application["verdict"];
type Enriched = Extract<Verdict, { kind: "enriched" }>;

/** Runs inside the caller's IMMEDIATE transaction: what it checks must still hold when it writes. */
export function applyAll(db: Database, columns: Columns, applications: readonly Application[]): Applied[] {
  if (!db.inTransaction) throw new Error("applyAll needs a transaction around it");
  return applications.map((application) => apply(db, columns, application));
}

interface Row {
  readonly rowid: number;
  readonly content: unknown;
  readonly pending: number;
  readonly lexical: number;
}

function apply(db: Database, columns: Columns, { chunkId, contentHash: hash, verdict }: Application): Applied {
  const sql = `SELECT rowid, content, ${pendingSql(columns)} AS pending, ${lexicalSql(columns)} AS lexical
    FROM chunks WHERE id = ?`;
  const row = db.query<Row, [string]>(sql).get(chunkId);
  if (row === null) return "gone";
  if (typeof row.content !== "string" || contentHash(row.content) !== hash) return "changed";
  if (row.pending !== 1) {
    if (isThere(db, columns, row.rowid, verdict)) return "applied";
    const upgradable = row.lexical === 1 && !(verdict.kind === "enriched" && verdict.backend === "lexical");
    if (!upgradable || verdict.kind === "too_short") return "taken";
    // A model that could not do better is a verdict too, and leaves the description that is there.
    if (verdict.kind === "failed") return "applied";
  }
  const assignments = verdict.kind === "enriched" ? described(columns, verdict) : marked(columns, verdict.kind);
  const sets = assignments.map(([column, value]) => `${column} = ${value.sql}`).join(", ");
  db.query(`UPDATE chunks SET ${sets} WHERE rowid = ?`).run(...assignments.map(([, { bound }]) => bound), row.rowid);
  return "applied";
}

/** This very verdict stands there: a crash, or a stop, came between the two databases, and it was told to nobody yet. */
function isThere(db: Database, columns: Columns, rowid: number, verdict: Verdict): boolean {
  if (verdict.kind === "too_short") return false;
  const written = verdict.kind === "failed" ? marked(columns, "failed") : described(columns, verdict);
  const told = written.filter(([column]) => ["summary", "enriched_at", "enrich_status"].includes(column));
  const same = told.map(([column, value]) => `${column} IS ${value.sql}`).join(" AND ");
  const sql = `SELECT 1 FROM chunks WHERE ${same} AND rowid = ?`;
  return db.query(sql).get(...told.map(([, { bound }]) => bound), rowid) !== null;
}

/** An SQL expression with one parameter, and the parameter. */
interface Value {
  readonly sql: string;
  readonly bound: SQLQueryBindings;
}
type Assignment = readonly [column: string, value: Value];

const plain = (bound: SQLQueryBindings): Value => ({ sql: "?", bound });
const json = (values: readonly string[]): Value => plain(JSON.stringify(values));

/** Where there is a status column `skipped:…` must never be written; before there was one, it was the only place. */
function marked({ has }: Columns, mark: "too_short" | "failed"): Assignment[] {
  return has("enrich_status") ? [["enrich_status", plain(mark)]] : [["enriched_at", plain(`skipped:${mark}`)]];
}

function described(columns: Columns, verdict: Enriched): Assignment[] {
  const { enrichment, backend, model, promptVersion, answeredAtMs } = verdict;
  const all: Assignment[] = [
    ...fields(enrichment),
    ...sentiment(columns, enrichment),
    ["enrichment_backend", plain(backend)],
    ["enrichment_model", plain(model)],
    ["enrichment_version", plain(promptVersion)],
    ["enrich_status", plain("success")],
    ["enriched_at", plain(pythonIso(answeredAtMs))],
  ];
  // A column of that name in somebody's table is somebody's.
  if (columns.layout === "own") all.push(["extra", extraOf(enrichment)], ["marks", marksOf(verdict)]);
  // Our own rows carry their importer's metadata, which is not ours to add to; the model has its column there.
  if (columns.layout === "brainlayer-2") all.push(["metadata", enrichedBy(model)]);
  return all.filter(([column]) => columns.has(column));
}

const fields = (e: Enrichment): Assignment[] => [
  ["summary", plain(e.summary)],
  ["tags", json(e.tags)],
  ["importance", plain(e.importance)],
  ["intent", plain(e.intent)],
  ["primary_symbols", json(e.primary_symbols)],
  ["resolved_query", plain(e.resolved_queries[0] ?? null)],
  ["resolved_queries", json(e.resolved_queries)],
  ["key_facts", json(e.key_facts)],
  ["epistemic_level", plain(e.epistemic_level)],
  ["version_scope", plain(e.version_scope)],
  ["debt_impact", plain(e.debt_impact)],
  ["external_deps", json(e.external_deps)],
];

const marksOf = ({ marks }: Enriched): Value => (marks.length === 0 ? plain(null) : json(marks));
const extraOf = ({ extra }: Enrichment): Value => plain(extra === undefined ? null : JSON.stringify(extra));

/** All three or none: a sentiment that is already there stays, and is not mixed with ours. */
function sentiment({ has }: Columns, e: Enrichment): Assignment[] {
  const values: Assignment[] = [
    ["sentiment_label", plain(e.sentiment_label)],
    ["sentiment_score", plain(e.sentiment_score)],
    ["sentiment_signals", json(e.sentiment_signals)],
  ];
  const present = values.map(([column]) => column).filter(has);
  const unset = present.map((column) => `${column} IS NULL`).join(" AND ");
  return values.map(([column, { bound }]) => [column, { sql: `iif(${unset}, ?, ${column})`, bound }]);
}

/** Metadata that is not JSON is left as it is: json_set would fail the whole UPDATE. */
const enrichedBy = (model: string): Value => ({
  sql: "iif(json_valid(coalesce(metadata, '{}')), json_set(coalesce(metadata, '{}'), '$.enriched_by', ?), metadata)",
  bound: model,
});

/** As Python's `isoformat()` writes UTC with microseconds, which is how BrainLayer compares and reads it. */
const pythonIso = (wallMs: number): string => new Date(wallMs).toISOString().replace("Z", "000+00:00");
