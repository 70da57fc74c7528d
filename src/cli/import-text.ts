/** What `import` says: one object for programs, a few lines for people. Pure. */

import { count, plural, size } from "../core/format.ts";
import { codeEndings } from "../import/code/languages.ts";
import { endings } from "../import/walk.ts";
import type { ImportCounts, Trouble } from "../run/import-tally.ts";
import type { ImportResult } from "../run/importing.ts";

const troublesShown = 10;
const kindsShown = 12;
const code: ReadonlySet<string> = new Set(codeEndings);
const kinds = `${endings.filter((ending) => !code.has(ending)).join(" ")} and source code`;

export interface ImportReport {
  readonly schema: "enrichd.import/1";
  readonly db: string;
  readonly files: number;
  readonly chunks_added: number;
  readonly chunks_known: number;
  readonly bytes: number;
  /** What did not become a chunk on purpose, by rule. */
  readonly left_out: Readonly<Record<string, number>>;
  readonly unknown_records: Readonly<Record<string, number>>;
  /** Files by the encoding that they were converted from, as WHATWG names it. */
  readonly converted: Readonly<Record<string, number>>;
  /** The first hundred. */
  readonly problems: readonly Trouble[];
  readonly problems_total: number;
  /** True where a signal ended it: what had been read is in. */
  readonly stopped: boolean;
  readonly duration_ms: number;
}

export const importReport = (result: ImportResult, db: string, durationMs: number): ImportReport => ({
  schema: "enrichd.import/1",
  db,
  files: result.files,
  chunks_added: result.added,
  chunks_known: result.known,
  bytes: result.bytes,
  left_out: result.leftOut,
  unknown_records: result.unknown,
  converted: result.converted,
  problems: result.problems,
  problems_total: result.problemsTotal,
  stopped: result.stopped,
  duration_ms: Math.round(durationMs),
});

export const importProgress = ({ files, added, known, bytes }: ImportCounts): string =>
  `${plural(added, "chunk")} new, ${count(known)} known already, from ${plural(files, "file")} (${size(bytes)})`;

export function importSummary(result: ImportResult): string {
  const { converted, leftOut, unknown, problems, problemsTotal } = result;
  const lines = [importProgress(result) + (result.stopped ? "; stopped before the end" : "")];
  if (Object.keys(converted).length > 0) lines.push(`converted to UTF-8, in files: ${counted(converted)}`);
  if (Object.keys(leftOut).length > 0) lines.push(`left out by rule: ${counted(leftOut)}`);
  if (Object.keys(unknown).length > 0) lines.push(`records of unknown kinds: ${counted(unknown)}`);
  if (problemsTotal > 0) lines.push(`${plural(problemsTotal, "place")} could not be read; the rest is in:`);
  for (const { file, line, reason } of problems.slice(0, troublesShown))
    lines.push(`  ${line === null ? file : `${file}:${line}`}: ${reason}`);
  if (problemsTotal > troublesShown) lines.push(`  … and ${count(problemsTotal - troublesShown)} more`);
  if (result.files === 0 && problemsTotal === 0 && Object.keys(leftOut).length === 0 && !result.stopped)
    lines.push(`no file was found: from a folder, only conversations, ${kinds} are taken; others when they are named`);
  return lines.join("\n");
}

/** The most frequent first. */
function counted(counts: Readonly<Record<string, number>>): string {
  const found = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const shown = found.slice(0, kindsShown).map(([name, times]) => `${count(times)} ${plain(name)}`);
  return [...shown, ...(found.length > kindsShown ? ["…"] : [])].join(", ");
}

/** A name out of a file is no command to a terminal. */
const plain = (name: string): string => name.replaceAll(/\p{Cc}/gu, "?");

export const hintFor = (db: string): string => `Next: enrichd run --db ${quoted(db)}`;

/** As a shell takes it. */
const quoted = (path: string): string => (/^[\w./~@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
