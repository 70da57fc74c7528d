/** The statistics for people: a few short tables with bars. Pure. */

import { bar, count, duration } from "../core/format.ts";
import { howToResume, pausedBy } from "../run/paused.ts";
import type { RunStats, Stats } from "../run/stats.ts";
import type { StatsBy } from "../run/stats-by.ts";
import { qualityLines } from "./quality-text.ts";
import { alarmed, fit, heading, painted, row, section, type TextStyle, table } from "./text-table.ts";

/** Of the bar over all; never more than a third of the line. */
const barCells = (width: number): number => Math.max(8, Math.min(40, Math.floor(width / 3)));
const labels: readonly (readonly [keyof Stats["counts"], string])[] = [
  ["enriched", "enriched"],
  ["pending", "pending"],
  ["claimed", "taken, to be asked next"],
  ["answered", "answered, not written yet"],
  ["waiting", "waiting for another try"],
  ["quarantined", "given up"],
  ["too_short", "too short"],
  ["not_wanted", "not wanted"],
  ["archived", "archived"],
];

export function statsText(stats: Stats, wallMs: number, style: TextStyle): string {
  const { total_chunks: total, counts } = stats;
  const states = labels.filter(([state]) => counts[state] > 0 || state === "enriched" || state === "pending");
  const lines = [
    stats.db,
    `${painted(bar(stats.percent / 100, barCells(style.width)), style)} ${stats.percent} % of ${count(stats.enrichable)} that can be enriched`,
    ...pauseLines(stats, wallMs, style),
    "",
    ...table(
      states.map(([state, label]) => [label, counts[state]] as const),
      total,
      style,
    ),
    row("chunks", total, style),
    ...section("Described", Object.entries(coverageOf(stats)), stats.enrichable, style),
    ...section("Intent", Object.entries(stats.by_intent), counts.enriched, style, "intent"),
    ...section("Backend", Object.entries(stats.by_backend), counts.enriched, style, "backend"),
    ...section("Project", Object.entries(stats.by_project), total, style, "project"),
    ...failureLines(stats, style),
    ...qualityLines(stats.quality, (label) => fit(label, style)),
    ...(stats.latest_run === null ? [] : ["", ...runLines(stats.latest_run, wallMs, style)]),
  ];
  return `${lines.join("\n")}\n`;
}

function pauseLines({ paused }: Stats, wallMs: number, style: TextStyle): string[] {
  if (paused === null) return [];
  const ago = duration(wallMs - Date.parse(paused.since));
  const said = `${pausedBy(paused.asked_by, paused.since)} (${ago} ago): no run asks anything`;
  return ["", `${alarmed("Paused", style)} ${said}`, `  to go on: ${howToResume}`];
}

const coverageOf = ({ coverage }: Stats) => ({
  tags: coverage.tagged,
  summary: coverage.summarized,
  importance: coverage.importance_scored,
  intent: coverage.intent_classified,
});

/** All the rows of one breakdown; shares are of their sum. */
export function statsByText({ db, by, rows }: StatsBy, style: TextStyle): string {
  const whole = rows.reduce((sum, { count }) => sum + count, 0);
  const entries = rows.map(({ name, count }) => [name, count] as const);
  const body = entries.length === 0 ? ["  nothing yet"] : table(entries, whole, style);
  return `${[db, "", heading(`By ${by}`, style), ...body].join("\n")}\n`;
}

function failureLines({ by_failure }: Stats, style: TextStyle): string[] {
  const entries = Object.entries(by_failure);
  if (entries.length === 0) return [];
  const said = entries.map(([kind, { waiting, quarantined }]) => {
    const parts = [
      waiting > 0 ? `${count(waiting)} waiting` : "",
      quarantined > 0 ? `${count(quarantined)} given up` : "",
    ];
    return `  ${alarmed(fit(kind, style), style)} ${parts.filter((part) => part !== "").join(", ")}`;
  });
  return ["", heading("Failures", style), ...said, "  one by one: enrichd failures"];
}

/** What was wanted is named where nobody answered. */
function whoAnswered({ answered_by: all, backend, model }: RunStats): string {
  const named = all.length === 0 ? [{ backend, model, answers: 0 }] : all;
  return named.map((one) => `${one.backend} (${one.model}): ${count(one.answers)}`).join(", ");
}

function runLines(run: RunStats, wallMs: number, style: TextStyle): string[] {
  const when = `${run.state}, started ${duration(wallMs - Date.parse(run.started_at))} ago`;
  const rate = run.chunks_per_hour === null ? "" : `, ${count(run.chunks_per_hour)}/h`;
  const times =
    run.p50_ms === null ? "" : `; half within ${count(run.p50_ms)} ms, 95 % within ${count(run.p95_ms ?? 0)} ms`;
  const cached = run.cached_share === null ? "" : ` (${Math.round(run.cached_share * 100)} % cached)`;
  const tokens =
    run.tokens_out === 0 ? "" : `\n  ${count(run.tokens_in)} tokens in${cached}, ${count(run.tokens_out)} out`;
  const eta = run.eta_seconds === null ? "" : `\n  done in about ${duration(run.eta_seconds * 1_000)}`;
  return [
    `${heading("Latest run", style)}: ${when}`,
    `  ${whoAnswered(run)} answered, ${count(run.failed)} failed${rate}${times}${tokens}${eta}`,
  ];
}
