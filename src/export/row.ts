/** A chunk as it is exported: lists as lists, metadata as an object, names without prefixes. Pure. */

import type { Extra } from "../core/extra.ts";
import type { Described } from "../store/described.ts";

/** In the order in which the fields are written. */
export function exportRow(row: Described) {
  return {
    id: row.id,
    status: row.status,
    content: row.content,
    content_type: row.content_type,
    source: row.source,
    source_file: row.source_file,
    project: row.project,
    conversation_id: row.conversation_id,
    position: row.position,
    created_at: row.created_at,
    summary: row.summary,
    tags: listOf(row.tags),
    importance: row.importance,
    intent: row.intent,
    primary_symbols: listOf(row.primary_symbols),
    resolved_queries: queriesOf(row),
    key_facts: listOf(row.key_facts),
    epistemic_level: row.epistemic_level,
    version_scope: row.version_scope,
    debt_impact: row.debt_impact,
    external_deps: listOf(row.external_deps),
    sentiment_label: row.sentiment_label,
    sentiment_score: row.sentiment_score,
    sentiment_signals: listOf(row.sentiment_signals),
    extra: extraOf(row.extra),
    marks: listOf(row.marks),
    backend: row.enrichment_backend,
    model: row.enrichment_model,
    prompt_version: row.enrichment_version,
    enriched_at: row.enriched_at,
    metadata: metadataOf(row.metadata),
  };
}

export type ExportRow = ReturnType<typeof exportRow>;

/** What is no JSON list is one entry: other tools have written words with commas here. */
function listOf(json: string | null): string[] {
  if (json === null || json === "") return [];
  const value = parse(json);
  return Array.isArray(value) ? value.map((one) => (typeof one === "string" ? one : JSON.stringify(one))) : [json];
}

/** Databases of the older generation have one query at most. */
function queriesOf({ resolved_queries, resolved_query }: Described): string[] {
  const many = listOf(resolved_queries);
  return many.length > 0 || resolved_query === null || resolved_query === "" ? many : [resolved_query];
}

/** Fields of people's own by name; null where none were asked for. */
function extraOf(json: string | null): Extra | null {
  const value = json === null ? null : parse(json);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Extra) : null;
}

/** Metadata that is no JSON comes through as text. */
function metadataOf(json: string | null): unknown {
  return json === null ? null : (parse(json) ?? json);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
