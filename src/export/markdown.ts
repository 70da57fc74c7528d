/** A chunk as a section of Markdown: its summary, what else was found, and its text in a fence that nothing in it ends. Pure. */

import type { ExtraValue } from "../core/extra.ts";
import type { ExportRow } from "./row.ts";

export function markdownOf(row: ExportRow): string {
  const parts = [`## ${line(row.summary ?? row.id)}`, facts(row).join("\n"), fenced(row.content, row.content_type)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n\n`;
}

function facts(row: ExportRow): string[] {
  const found: (readonly [string, string | null])[] = [
    ["id", row.id],
    ["from", [row.project, row.source_file, row.created_at].filter(Boolean).join(" · ")],
    ["tags", row.tags.join(", ")],
    ["intent", row.intent],
    ["importance", row.importance === null ? null : String(row.importance)],
    ["symbols", row.primary_symbols.join(", ")],
    ["answers", row.resolved_queries.join(" · ")],
    ["facts", row.key_facts.join(" · ")],
    ...Object.entries(row.extra ?? {}).map(([name, value]) => [name, shown(value)] as const),
    ["by", [row.backend, row.model].filter(Boolean).join(", ")],
    ["status", row.status === "enriched" ? null : row.status],
  ];
  return found.flatMap(([name, value]) => (value === null || value === "" ? [] : [`- ${name}: ${line(value)}`]));
}

const shown = (value: ExtraValue): string | null => (value === null ? null : [value].flat().join(", "));

/** One line in which no character means anything to Markdown. */
const line = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll(/[\\`*_[\]<>|~]/g, "\\$&")
    .replace(/^[#+-]/, "\\$&");

/** Text that is Markdown itself would mix its titles with ours. */
function fenced(text: string, contentType: string | null): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  const language = contentType === "markdown" ? "markdown" : "";
  return `${fence}${language}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}
