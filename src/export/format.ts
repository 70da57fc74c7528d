/** The formats of an export: each turns one row into text, whatever came before it. Pure. */

import { stringify } from "csv-stringify/sync";
import { markdownOf } from "./markdown.ts";
import type { ExportRow } from "./row.ts";

export interface ExportFormat {
  /** Stands once before the rows. */
  readonly head: string;
  readonly row: (row: ExportRow) => string;
}

const columns = [
  ...(["id", "status", "content", "content_type", "source", "source_file", "project", "conversation_id"] as const),
  ...(["position", "created_at", "summary", "tags", "importance", "intent", "primary_symbols"] as const),
  ...(["resolved_queries", "key_facts", "epistemic_level", "version_scope", "debt_impact"] as const),
  ...([
    "external_deps",
    "sentiment_label",
    "sentiment_score",
    "sentiment_signals",
    "extra",
    "marks",
    "backend",
    "model",
  ] as const),
  ...(["prompt_version", "enriched_at", "metadata"] as const),
] satisfies (keyof ExportRow)[];

export const exportFormats: Readonly<Record<"jsonl" | "csv" | "markdown", ExportFormat>> = {
  jsonl: { head: "", row: (row) => `${JSON.stringify(row)}\n` },
  csv: { head: csvLine([...columns]), row: (row) => csvLine(columns.map((name) => cellOf(row[name]))) },
  markdown: { head: "", row: markdownOf },
};

/**
 * RFC 4180, with each text quoted. Whoever wants a table opens it in a spreadsheet, which would run a cell that starts
 * with =, + or @ as a formula: such a cell gets a ' in front. The exact text is in the JSONL.
 */
function csvLine(cells: readonly (string | number | null)[]): string {
  return stringify([[...cells]], { record_delimiter: "windows", quoted_string: true, escape_formulas: true });
}

function cellOf(value: unknown): string | number | null {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  return Array.isArray(value) ? value.join("; ") : JSON.stringify(value);
}
