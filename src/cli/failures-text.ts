/** Failures for people: what models and servers wrote is shown as text, and never steers the terminal. Pure. */

import { count, duration, plural } from "../core/format.ts";
import { headOf, pointsIn } from "../core/points.ts";
import type { FailureList, ListedChunk } from "../run/list-failures.ts";
import type { RetryReport } from "../run/retry-failures.ts";
import type { ShownAttempt, ShownFailure } from "../run/show-failure.ts";

/** Without control characters, bidirectional marks among them; lines stay lines. */
const harmless = (text: string): string => text.replace(/\r\n?/g, "\n").replace(/[^\P{C}\n\t]/gu, "�");
const oneLine = (text: string): string => harmless(text).replace(/\s+/g, " ").trim();

const kindCells = 18;
const states = {
  ...{ waiting: "waits", quarantined: "given up", pending: "pending again", changed: "other text now" },
  ...{ gone: "gone", taken: "described since" },
} as const satisfies Readonly<Record<ListedChunk["state"], string>>;

export function listText(list: FailureList, wallMs: number): string {
  if (list.kinds.length === 0) return `${list.db}\nNo chunk has failed.\n`;
  const head = `  ${"".padEnd(kindCells)} ${"waiting".padStart(9)} ${"given up".padStart(9)}`;
  const kinds = list.kinds.flatMap(({ kind, waiting, quarantined, latest }) => [
    `  ${kind.padEnd(kindCells)} ${count(waiting).padStart(9)} ${count(quarantined).padStart(9)}  latest: ${said(latest, wallMs)}`,
    ...(latest.detail ? [`      ${oneLine(latest.detail)}`] : []),
  ]);
  const chunks = list.chunks.map((chunk) => chunkLine(chunk, wallMs));
  const more =
    list.next_offset === null
      ? []
      : [`  … ${plural(list.total - list.next_offset, "more")}: --offset ${list.next_offset}`];
  return `${[list.db, head, ...kinds, "", ...chunks, ...more, "", next].join("\n")}\n`;
}

const next =
  "`enrichd failures show ID` has what was asked and answered; `enrichd failures retry --all` tries all again";

const said = ({ id, at }: { readonly id: string; readonly at: string | null }, wallMs: number): string =>
  `${oneLine(id)}${at === null ? "" : `, ${ago(at, wallMs)}`}`;

const ago = (at: string, wallMs: number): string => `${duration(wallMs - Date.parse(at))} ago`;

function chunkLine({ id, state, kind, detail, failed_at, retry_at }: ListedChunk, wallMs: number): string {
  const waits = state === "waiting" && retry_at !== null ? ` until ${retry_at}` : "";
  const when = failed_at === null ? "" : `, ${ago(failed_at, wallMs)}`;
  const why = kind === "elsewhere" ? "marked by another program" : `${kind}: ${oneLine(detail ?? "")}`;
  return `  ${oneLine(id)}  ${states[state]}${waits}${when}\n      ${why}`;
}

const shownMax = 600;

export function showText(failure: ShownFailure): string {
  const { id, db, state, kind, detail, retry_at, content, content_chars, attempts } = failure;
  const about = [failure.project, failure.content_type, failure.source].filter((part) => part !== null).map(oneLine);
  const lines = [
    `${oneLine(id)}${about.length > 0 ? `  (${about.join(", ")})` : ""}`,
    db,
    `${state}${retry_at === null ? "" : ` until ${retry_at}`}${kind === null ? "" : `: ${kind}: ${oneLine(detail ?? "")}`}`,
    ...(failure.changed ? ["The text is another one by now; the attempts were about the one before."] : []),
    ...(content === null ? [] : ["", `Text, ${plural(content_chars ?? 0, "character")}`, block(content, shownMax)]),
    ...(attempts.length === 0 ? ["", "No attempt is known: another program has marked it, or none was made."] : []),
    ...attempts.flatMap((attempt, i) => ["", ...attemptLines(attempt, `Attempt ${i + 1} of ${attempts.length}`)]),
  ];
  return `${lines.join("\n")}\n`;
}

function attemptLines(a: ShownAttempt, title: string): string[] {
  const tokens = a.tokens_in === null ? "" : `, ${count(a.tokens_in)} tokens in, ${count(a.tokens_out ?? 0)} out`;
  return [
    `${title}: ${a.at}, ${a.backend} (${oneLine(a.model)}), prompt ${a.prompt_version}, ${count(a.duration_ms)} ms${tokens}`,
    `  ${a.kind}: ${oneLine(a.detail)}`,
    ...(a.question ?? []).flatMap(({ role, content }) => [`  ${role}:`, block(content, shownMax)]),
    ...(a.raw === null ? [] : [a.raw.trim() === "" ? "  reply: nothing" : `  reply:\n${block(a.raw, 2 * shownMax)}`]),
  ];
}

/** Indented, and cut in the middle of nothing. */
function block(text: string, max: number): string {
  const left = pointsIn(text) - max;
  const shown = left <= 0 ? text : `${headOf(text, max)}\n… ${plural(left, "character")} more: --json has them`;
  return harmless(shown)
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}

const leftWords = {
  ...{ changed: "with other text by now", gone: "gone", taken: "described or marked by another" },
  ...{ busy: "that a run is just writing (try again)", not_failed: "that have not failed" },
} as const satisfies Readonly<Record<keyof RetryReport["left"], string>>;

export function retryText({ retried, waiting, elsewhere, left, stopped }: RetryReport): string {
  const details = [
    waiting > 0 ? `${count(waiting)} waited for their next try` : null,
    elsewhere > 0 ? `${count(elsewhere)} marked by another program` : null,
  ].filter((part) => part !== null);
  const kept = Object.entries(leftWords).flatMap(([why, words]) => {
    const n = left[why as keyof typeof leftWords];
    return n > 0 ? [`${count(n)} ${words}`] : [];
  });
  const lines = [
    `${stopped ? "stopped: " : ""}${plural(retried, "chunk")} put back as pending${details.length > 0 ? `, ${details.join(", ")}` : ""}`,
    ...(kept.length > 0 ? [`left as they are: ${kept.join(", ")}`] : []),
    ...(retried > 0 && !stopped ? ["Next: enrichd run"] : []),
  ];
  return `${lines.join("\n")}\n`;
}
