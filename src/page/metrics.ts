/** The numbers for Prometheus, by its own client and its naming. They are of the databases, so that a restart loses none. */

import { Counter, Gauge, Registry } from "prom-client";
import { atWork, type Overview, type Totals } from "./data.ts";

export interface Metrics {
  readonly contentType: string;
  readonly text: (overview: Overview, totals: Totals) => Promise<string>;
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `enrichd_${name}`, help, labelNames, registers: [registry] });
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `enrichd_${name}`, help, labelNames, registers: [registry] });

  gauge("build_info", "The version of the program; always 1.", "version").set({ version }, 1);
  const chunks = gauge("chunks", "Chunks by state; the states add up to all chunks.", "state");
  const countedAgo = gauge("chunks_counted_age_seconds", "How old the count of the chunks is.");
  const active = gauge("run_active", "1 while a run is at work or waits.");
  const paused = gauge("paused", "1 while the runs are paused by somebody.");
  const restarts = gauge("backend_restarts", "Restarts of the model server in the latest run.", "backend");
  const state = gauge(
    "backend_closed",
    "1 while the backend is asked, 0 while it has a pause or was given up.",
    "backend",
  );
  const sizes = gauge("file_bytes", "The size of a database file.", "file");
  const walSizes = gauge("wal_bytes", "The size of its write-ahead log.", "file");
  const questions = counter(
    "questions_total",
    "Questions that were asked, by what came of them.",
    "backend",
    "outcome",
  );
  const tokens = counter("tokens_total", "Tokens that the backends have counted.", "direction");
  const durations = gauge(
    "answer_duration_seconds",
    "Within which time such a share of the answers was there, since the last full hour.",
    "share",
  );

  function setOverview({ headline, stats, countedAgoMs, isPaused, files }: Overview): void {
    for (const [name, n] of Object.entries(stats?.counts ?? {})) chunks.set({ state: name }, n);
    countedAgo.set((countedAgoMs ?? 0) / 1_000);
    active.set(atWork.has(headline.activity) ? 1 : 0);
    paused.set(isPaused ? 1 : 0);
    for (const { name, state: now, restarts: n } of stats?.backends ?? []) {
      restarts.set({ backend: name }, n);
      state.set({ backend: name }, now === "closed" ? 1 : 0);
    }
    for (const { what, bytes, walBytes } of files) {
      sizes.set({ file: what }, bytes);
      walSizes.set({ file: what }, walBytes);
    }
  }

  function setTotals(totals: Totals): void {
    for (const { backend, kind, n } of totals.questions) questions.inc({ backend, outcome: kind ?? "answered" }, n);
    tokens.inc({ direction: "in" }, totals.tokensIn);
    tokens.inc({ direction: "out" }, totals.tokensOut);
    tokens.inc({ direction: "cached" }, totals.tokensCached);
    if (totals.p50Ms !== null) durations.set({ share: "0.5" }, totals.p50Ms / 1_000);
    if (totals.p95Ms !== null) durations.set({ share: "0.95" }, totals.p95Ms / 1_000);
  }

  return {
    contentType: registry.contentType,
    text: (overview, totals) => {
      for (const metric of [chunks, restarts, state, sizes, walSizes, questions, tokens, durations]) metric.reset();
      setOverview(overview);
      setTotals(totals);
      return registry.metrics();
    },
  };
}
