/** A few enriched chunks as people read them: what went in, what came out. */

import { systemClock, systemRandom } from "../../core/clock.ts";
import { type ExportRow, exportRow } from "../../export/row.ts";
import { type Described, openDescribed } from "../../store/described.ts";
import { openForReading } from "../../store/read-only.ts";

const textChars = 240;

/** `count` of the enriched chunks, from all over the database. */
export async function samplesText(path: string, count: number): Promise<string> {
  const { file } = await openForReading(path, { clock: systemClock, random: systemRandom, timeoutMs: 0 });
  try {
    const { page } = openDescribed(file);
    const rows: Described[] = [];
    for (let after: number | null = null; ; ) {
      const read = page(false, after);
      rows.push(...read.rows);
      if (read.next === null) break;
      after = read.next;
    }
    const step = Math.max(1, Math.floor(rows.length / count));
    const shown = rows.filter((_, i) => i % step === Math.floor(step / 2)).slice(0, count);
    return shown.map((row) => sampleText(exportRow(row))).join("");
  } finally {
    file.close();
  }
}

function sampleText(row: ExportRow): string {
  const lines = [
    ["text", cut(row.content)],
    ["summary", row.summary],
    ["tags", row.tags.join(", ")],
    ["importance", row.importance],
    ["intent", row.intent],
    ["answers", row.resolved_queries[0] ?? ""],
    ["symbols", row.primary_symbols.join(", ")],
  ].filter(([, value]) => value !== null && value !== "");
  const body = lines.map(([label, value]) => `  ${String(label).padEnd(11)}${value}`).join("\n");
  return `${row.source_file ?? row.id}\n${body}\n\n`;
}

function cut(content: string): string {
  const line = content.replace(/\s+/g, " ").trim();
  return line.length > textChars ? `${line.slice(0, textChars).toWellFormed()} …` : line;
}
