/** The statistics for people: a few short tables with bars. Pure. */

import { bar, count, duration } from "../run/format.ts";
import type { RunStats, Stats } from "../run/stats.ts";
import { qualityLines } from "./quality-text.ts";

const barCells = 24;
const labels: readonly (readonly [keyof Stats["counts"], string])[] = [
  ["enriched", "enriched"],
  ["pending", "pending"],
  ["claimed", "being asked about"],
  ["answered", "answered, not written yet"],
  ["waiting", "waiting for another try"],
  ["quarantined", "given up"],
  ["too_short", "too short"],
  ["not_wanted", "not wanted"],
  ["archived", "archived"],
];
const listedMax = 8;

export function statsText(stats: Stats, wallMs: number): string {
  const { total_chunks: total, counts } = stats;
  const states = labels.filter(([state]) => counts[state] > 0 || state === "enriched" || state === "pending");
  const lines = [
    stats.db,
    `${bar(stats.percent / 100, barCells)} ${stats.percent} % of ${count(stats.enrichable)} that can be enriched`,
    "",
    ...table(
      states.map(([state, label]) => [label, counts[state]] as const),
      total,
    ),
    ...row("chunks", total),
    ...section("Described", Object.entries(coverageOf(stats)), stats.enrichable),
    ...section("Intent", Object.entries(stats.by_intent), counts.enriched),
    ...section("Backend", Object.entries(stats.by_backend), counts.enriched),
    ...section("Project", Object.entries(stats.by_project), total),
    ...failureLines(stats),
    ...qualityLines(stats.quality, fit),
    ...(stats.latest_run === null ? [] : ["", ...runLines(stats.latest_run, wallMs)]),
  ];
  return `${lines.join("\n")}\n`;
}

const coverageOf = ({ coverage }: Stats) => ({
  tags: coverage.tagged,
  summary: coverage.summarized,
  importance: coverage.importance_scored,
  intent: coverage.intent_classified,
});

function section(title: string, entries: readonly (readonly [string, number])[], whole: number): string[] {
  const shown = entries.filter(([, n]) => n > 0).slice(0, listedMax);
  if (shown.length === 0) return [];
  const more = entries.length > listedMax ? [`  and ${entries.length - listedMax} more: --json has them`] : [];
  return ["", title, ...table(shown, whole), ...more];
}

const labelCells = 28;

function table(entries: readonly (readonly [string, number])[], whole: number): string[] {
  return entries.map(([label, n]) => {
    const share = whole === 0 ? 0 : n / whole;
    return `  ${fit(label)} ${count(n).padStart(11)}  ${bar(share, 12)} ${`${(share * 100).toFixed(1)} %`.padStart(7)}`;
  });
}

const row = (label: string, n: number): string[] => [`  ${fit(label)} ${count(n).padStart(11)}`];

/** The end of a long name says more than its beginning: names are often paths. */
function fit(label: string): string {
  const points = [...label.replace(/\p{Cc}/gu, " ")];
  const cut = points.length > labelCells ? `…${points.slice(1 - labelCells).join("")}` : points.join("");
  return cut.padEnd(labelCells);
}

function failureLines({ by_failure }: Stats): string[] {
  const entries = Object.entries(by_failure);
  if (entries.length === 0) return [];
  const said = entries.map(([kind, { waiting, quarantined }]) => {
    const parts = [
      waiting > 0 ? `${count(waiting)} waiting` : "",
      quarantined > 0 ? `${count(quarantined)} given up` : "",
    ];
    return `  ${fit(kind)} ${parts.filter((part) => part !== "").join(", ")}`;
  });
  return ["", "Failures", ...said];
}

function runLines(run: RunStats, wallMs: number): string[] {
  const when = `${run.state}, started ${duration(wallMs - Date.parse(run.started_at))} ago`;
  const rate = run.chunks_per_hour === null ? "" : `, ${count(run.chunks_per_hour)}/h`;
  const times =
    run.p50_ms === null ? "" : `; half within ${count(run.p50_ms)} ms, 95 % within ${count(run.p95_ms ?? 0)} ms`;
  const cached = run.cached_share === null ? "" : ` (${Math.round(run.cached_share * 100)} % cached)`;
  const tokens =
    run.tokens_out === 0 ? "" : `\n  ${count(run.tokens_in)} tokens in${cached}, ${count(run.tokens_out)} out`;
  const eta = run.eta_seconds === null ? "" : `\n  done in about ${duration(run.eta_seconds * 1_000)}`;
  return [
    `Latest run: ${when}`,
    `  ${run.backend} (${run.model}): ${count(run.enriched)} answered, ${count(run.failed)} failed${rate}${times}${tokens}${eta}`,
  ];
}
